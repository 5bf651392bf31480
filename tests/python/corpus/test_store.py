"""Spans of token stores, over the bounds of shards, without joining them."""

import pickle

import numpy as np
import pytest

from assay.corpus import TokenArray, TokenStore
from assay.errors import DataError

SHARDS = [[[1, 2, 3], [4]], [[]], [[5, 6], [], [7]]]
IDS = [1, 2, 3, 0, 4, 0, 0, 5, 6, 0, 0, 7, 0]
ENDS = [4, 6, 7, 10, 11, 13]


@pytest.fixture
def store(tmp_path, write_store):
    """Six documents in three shards."""
    return TokenStore.open(write_store(tmp_path / "store", SHARDS))


def test_every_span_is_what_the_joined_arrays_have(store):
    array = TokenArray(np.array(IDS), np.array(ENDS))
    assert store.tokens.tolist() == IDS
    assert store.documents[:, 0].tolist() == ENDS
    for start in range(len(IDS) + 1):
        for stop in range(start, len(IDS) + 1):
            assert store.slice(start, stop).tolist() == IDS[start:stop]
            assert array.slice(start, stop).tolist() == IDS[start:stop]
            within = [k for k in range(6) if [0, *ENDS][k] < stop and start < ENDS[k]]
            if start < stop:
                for tokens in (store, array):
                    first, ends = tokens.document_ends(start, stop)
                    assert [*range(first, first + len(ends))] == within
                    assert ends.tolist() == [ENDS[k] for k in within]


def test_a_span_within_a_shard_is_a_view_that_cannot_be_changed(store):
    view = store.slice(1, 4)
    assert view.base is not None
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1


def test_a_store_without_documents_is_empty(tmp_path, write_store):
    store = TokenStore.open(str(write_store(tmp_path / "store", [])))
    assert len(store.tokens) == len(store.documents) == len(store.slice(0, 0)) == 0


@pytest.mark.parametrize("span", [(-1, 2), (0, 14), (3, 2)])
def test_a_span_that_is_not_there_is_an_error(store, span):
    with pytest.raises(DataError, match=r"has 13 tokens, -?\d+ to \d+ are asked for"):
        store.slice(*span)
    with pytest.raises(DataError, match="has 13 tokens"):
        store.document_ends(*span)


def test_a_copy_for_another_process_maps_the_files_itself(store):
    _ = store.tokens
    data = pickle.dumps(store)
    assert b"memmap" not in data
    assert pickle.loads(data).slice(0, 13).tolist() == IDS


def test_a_changed_file_is_found_and_named(store):
    store.verify()
    file = store.folder / "documents-00002.bin"
    data = bytearray(file.read_bytes())
    data[0] ^= 1
    file.write_bytes(data)
    with pytest.raises(DataError, match=r"documents-00002\.bin has sha256 .* its header says"):
        TokenStore.open(store.folder).verify()
    file.unlink()
    with pytest.raises(DataError, match=r"documents-00002\.bin is missing"):
        store.verify()


def test_an_id_outside_the_vocabulary_is_an_error_where_it_is_read(tmp_path, write_store):
    store = TokenStore.open(write_store(tmp_path / "store", [[[1, 2, 100], [99]]]))
    assert store.slice(3, 6).tolist() == [0, 99, 0]
    with pytest.raises(DataError, match=r"token 2 has the id 100, the vocabulary has 100"):
        store.slice(1, 4)


def test_an_array_and_its_documents_must_agree():
    with pytest.raises(DataError, match="documents end at 3 of 4 tokens"):
        TokenArray(np.zeros(4), np.array([2, 3]))
