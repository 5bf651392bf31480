"""Mixtures from their folder, and what is said of folders that are not as they were written."""

import hashlib
import json
import shutil

import numpy as np
import pytest

from assay.corpus import Concatenated, Mixture, MixtureSource, Packed, TokenStore, slow
from assay.corpus.packing import PIECE
from assay.errors import DataError

S = 8
SHARDS = {
    "web": [[[*range(1, 12)], [12, 13]], [[14], [], [*range(15, 40)]]],
    "code": [[[50 + i, 51 + i] for i in range(9)]],
}
PACK = {"best-fit": slow.best_fit, "pad": slow.pad}


def pieces_of(store, packing):
    """The arrays of the two files of a source."""
    lengths = np.diff(store.documents[:, 0].astype(int), prepend=0).tolist()
    sequences = PACK[packing](lengths, S)
    pieces = np.array([piece for sequence in sequences for piece in sequence], PIECE)
    return pieces, np.cumsum([len(sequence) for sequence in sequences]).astype("<u8")


def described(path, array):
    array.tofile(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"file": path.name, "count": len(array), "sha256": digest}


def source_of(folder, name, packing, drawn):
    store = TokenStore.open(folder.parent / name)
    files = dict.fromkeys(["pieces", "piece_ends"])
    available = (store.token_count - 1) // S
    if packing != "concatenate":
        pieces, ends = pieces_of(store, packing)
        files["pieces"] = described(folder / f"{name}.pieces.bin", pieces)
        files["piece_ends"] = described(folder / f"{name}.sequences.bin", ends)
        available = len(ends)
    return {
        "name": name,
        "store": f"../{name}",
        "store_sha256": store.sha256,
        "store_tokens": store.token_count,
        "available": available,
        "fill": 1.0,
        "unique": min(drawn, available),
        "unique_tokens": 0,
        "quota_tokens": 0,
        "sequences": drawn,
        "tokens": 0,
        "whole_epochs": 1,
        "last_epoch_tokens": 0,
        "epochs": 1.0,
        "many_epochs": False,
        **files,
    }


@pytest.fixture
def write_mixture(tmp_path, write_store):
    """Write a mixture of two stores, two thirds of it ``web``."""

    def write(packing):
        for name, shards in SHARDS.items():
            write_store(tmp_path / name, shards)
        folder = tmp_path / "mixture"
        folder.mkdir()
        inputs = [{"name": name, "store": f"../{name}", "weight": 1.0} for name in SHARDS]
        manifest = {
            "schema_version": 1,
            "assay_version": "0",
            "recipe": {
                "schema_version": 1,
                "output": "mixture",
                "seed": 4,
                "sequence_tokens": S,
                "tokens": 9 * S,
                "packing": packing,
                "source": inputs,
            },
            "recipe_sha256": "",
            "tokenizer_sha256": "ab" * 32,
            "vocab_size": 100,
            "separator_id": 0,
            "dtype": "uint16",
            "packing": packing,
            "seed": 4,
            "sequence_tokens": S,
            "sequences": 9,
            "phases": [{"sequences": 9, "weights": [2 * 2**52 // 3, 2**52 - 2 * 2**52 // 3]}],
            "sources": [
                source_of(folder, "web", packing, 6),
                source_of(folder, "code", packing, 3),
            ],
        }
        (folder / "mixture.json").write_text(json.dumps(manifest))
        return folder

    return write


@pytest.mark.parametrize("packing", ["concatenate", "best-fit", "pad"])
def test_a_folder_reads_as_the_same_mixture_in_memory(tmp_path, write_mixture, packing):
    found = Mixture.open(write_mixture(packing), verify=True)
    sources = []
    for name, unique in (("web", 6), ("code", 3)):
        store = TokenStore.open(tmp_path / name)
        content = Concatenated(store, S)
        if packing != "concatenate":
            content = Packed(store, S, *pieces_of(store, packing))
        unique = min(unique, len(content))
        sources.append(MixtureSource(name=name, packing=content, unique=unique))
    expected = Mixture(sources, seed=4, phases=[(9, [2, 1])])
    assert len(found) == len(expected) == 9
    for one, other in zip(found, expected, strict=True):
        assert {k: np.array(v).tolist() for k, v in vars(one).items()} == {
            k: np.array(v).tolist() for k, v in vars(other).items()
        }
    assert {sequence.source for sequence in found} == {"web", "code"}


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
    with pytest.raises(DataError, match=r"web: the pieces of sequence \d+ reach to token 10\d\d"):
        list(mixture)
