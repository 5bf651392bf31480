"""Mixtures from their folder, and what is said of folders that are not as they were written."""

import pickle
import shutil

import numpy as np
import pytest

from assay import _core
from assay.corpus import Concatenated, Mixture, Packed, TokenStore, slow
from assay.corpus.packing import PIECE
from assay.errors import DataError

S = 8
SHARDS = {
    "web": [[[*range(1, 12)], [12, 13]], [[14], [], [*range(15, 40)]]],
    "code": [[[50 + i, 51 + i] for i in range(9)]],
}
RECIPE = """
schema_version = 1
output = "mixture"
seed = 4
sequence_tokens = 8
tokens = 240
packing = "{packing}"
source = [{{ store = "web", weight = 2 }}, {{ store = "code", weight = 1 }}]
"""
PACK = {"best-fit": slow.best_fit, "pad": slow.pad}


@pytest.fixture
def write_mixture(tmp_path, write_store):
    """Write a mixture of two stores, two thirds of its tokens ``web``."""

    def write(packing):
        for name, shards in SHARDS.items():
            write_store(tmp_path / name, shards)
        (tmp_path / "mixture.toml").write_text(RECIPE.format(packing=packing))
        assert _core.corpus_main(["mix", str(tmp_path / "mixture.toml")]) == 0
        return tmp_path / "mixture"

    return write


def packing_of(folder, packing):
    """A store's sequences, packed by the slow twin."""
    store = TokenStore.open(folder)
    if packing == "concatenate":
        return Concatenated(store, S)
    lengths = np.diff(store.documents[:, 0].astype(int), prepend=0).tolist()
    sequences = PACK[packing](lengths, S)
    pieces = np.array([piece for sequence in sequences for piece in sequence], PIECE)
    return Packed(store, S, pieces, np.cumsum([len(s) for s in sequences]).astype("<u8"))


@pytest.mark.parametrize("packing", ["concatenate", "best-fit", "pad"])
def test_a_folder_holds_what_the_slow_twins_say(tmp_path, write_mixture, packing):
    mixture = Mixture.open(write_mixture(packing), verify=True)
    assert (mixture.seed, mixture.sequence_tokens, len(mixture)) == (4, S, 30)
    packings = [packing_of(tmp_path / name, packing) for name in SHARDS]
    for source, expected in zip(mixture.sources, packings, strict=True):
        assert len(source.packing) == len(expected)
        assert contents(source.packing) == contents(expected)
    available, unique = zip(*((len(s.packing), s.unique) for s in mixture.sources), strict=True)
    draws = slow.draws(4, list(SHARDS), available, unique, mixture.phases)
    found = [(sequence.source, sequence.number, sequence.epoch) for sequence in mixture]
    assert found == [(list(SHARDS)[source], *rest) for source, *rest in draws]


def test_a_copy_for_another_process_opens_the_folder_itself(write_mixture):
    mixture = Mixture.open(write_mixture("best-fit"))
    _ = mixture[0]
    data = pickle.dumps(mixture)
    assert len(data) < 200
    assert [s.number for s in pickle.loads(data)] == [s.number for s in mixture]


def contents(packing):
    """How much of each sequence is padding, and all pieces, in no order."""
    found = [packing.content(number) for number in range(len(packing))]
    padding = sorted(int((content.document_ids == -1).sum()) for content in found)
    pieces = sorted(
        (int(document), content.tokens[stop - length : stop].tolist())
        for content in found
        for document, length, stop in zip(
            content.documents, content.lengths, content.cu_seqlens[1:], strict=False
        )
    )
    return padding, pieces


def test_documents_can_be_found_again(tmp_path, write_mixture):
    web = TokenStore.open(write_mixture("best-fit").parent / "web")
    for sequence in Mixture.open(tmp_path / "mixture"):
        if sequence.source == "web":
            for document, length, end in zip(
                sequence.documents, sequence.lengths, sequence.cu_seqlens[1:], strict=False
            ):
                stop = int(web.documents[document, 0])
                start = int(web.documents[document - 1, 0]) if document else 0
                piece = sequence.tokens[end - length : end].tolist()
                text = web.slice(start, stop).tolist()
                assert any(piece == text[k : k + length] for k in range(len(text)))


def test_a_folder_without_a_mixture_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match=r"mixture\.json is missing: .* `assay corpus mix`"):
        Mixture.open(tmp_path)


def test_a_store_that_moved_is_named(tmp_path, write_mixture):
    folder = write_mixture("concatenate")
    shutil.move(tmp_path / "code", tmp_path / "elsewhere")
    with pytest.raises(DataError, match=r'the token store of "code" is not at .*code: put it back'):
        Mixture.open(folder)


def test_another_store_in_its_place_is_named(tmp_path, write_mixture, write_store):
    folder = write_mixture("concatenate")
    shutil.rmtree(tmp_path / "web")
    write_store(tmp_path / "web", SHARDS["code"])
    with pytest.raises(DataError, match=r"web/store\.json has sha256 "):
        Mixture.open(folder)


def test_a_truncated_shard_is_named(tmp_path, write_mixture):
    folder = write_mixture("concatenate")
    shard = tmp_path / "web" / "tokens-00001.bin"
    shard.write_bytes(shard.read_bytes()[:-2])
    with pytest.raises(DataError, match=r"tokens-00001\.bin is 56 bytes, its header says 58"):
        Mixture.open(folder)


@pytest.mark.parametrize("name", ["web.pieces.bin", "code.sequences.bin"])
def test_a_truncated_file_of_pieces_is_named(write_mixture, name):
    folder = write_mixture("best-fit")
    file = folder / name
    file.write_bytes(file.read_bytes()[:-8])
    with pytest.raises(DataError, match=rf"{name} is \d+ bytes, its header says \d+ bytes"):
        Mixture.open(folder)
    file.unlink()
    with pytest.raises(DataError, match=f"{name} is missing"):
        Mixture.open(folder)


@pytest.mark.parametrize("name", ["mixture/web.pieces.bin", "web/tokens-00000.bin"])
def test_a_changed_file_is_found_when_verified(tmp_path, write_mixture, name):
    folder = write_mixture("best-fit")
    data = bytearray((tmp_path / name).read_bytes())
    data[0] ^= 1
    (tmp_path / name).write_bytes(data)
    Mixture.open(folder)
    with pytest.raises(DataError, match=rf"{name} has sha256 .* it was changed"):
        Mixture.open(folder, verify=True)


def test_pieces_out_of_range_are_an_error_where_they_are_read(write_mixture):
    folder = write_mixture("best-fit")
    pieces = np.fromfile(folder / "web.pieces.bin", PIECE)
    pieces["start"] += 1000
    pieces.tofile(folder / "web.pieces.bin")
    mixture = Mixture.open(folder)
    with pytest.raises(DataError, match=r"web: the pieces of sequence \d+ reach to token 1\d+"):
        list(mixture)
