"""The content of sequences, against the definitions of the packings."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.corpus import IGNORED, Concatenated, Packed, TokenArray, sequence_count, slow
from assay.corpus.packing import PIECE
from assay.errors import DataError

LENGTHS = st.lists(st.integers(1, 30), min_size=1, max_size=12)
SEQUENCE = st.integers(1, 12)


def array(lengths):
    """Documents of so many tokens: each token's id is its position, but of separators, 0."""
    ends = np.cumsum(lengths)
    ids = np.arange(1000, 1000 + ends[-1])
    ids[ends - 1] = 0
    return TokenArray(ids, ends)


def packed(store, sequences, length):
    pieces = np.array([piece for sequence in sequences for piece in sequence], PIECE)
    ends = np.cumsum([len(sequence) for sequence in sequences]).astype("<u8")
    return Packed(store, length, pieces, ends)


def owner(store, position):
    return int(np.searchsorted(store.ends, position, side="right"))


@given(LENGTHS, SEQUENCE)
def test_concatenated_documents_are_one_stream(lengths, length):
    store = array(lengths)
    packing = Concatenated(store, length)
    assert len(packing) == max(0, (len(store.tokens) - 1) // length)
    for number in range(len(packing)):
        content = packing.content(number)
        places = np.arange(number * length, (number + 1) * length)
        assert content.tokens.tolist() == store.tokens[places].tolist()
        assert content.targets.tolist() == store.tokens[places + 1].tolist()
        assert content.document_ids.tolist() == [owner(store, place) for place in places]
        check_segments(content)


@pytest.mark.parametrize("pack", [slow.best_fit, slow.pad])
@given(lengths=LENGTHS, length=SEQUENCE)
def test_packed_documents_are_whole_and_see_no_other(pack, lengths, length):
    store = array(lengths)
    packing = packed(store, pack(lengths, length), length)
    seen = []
    for number in range(len(packing)):
        content = packing.content(number)
        spans = packing._spans(number)
        places = [p for start, count in spans for p in range(start, start + count)]
        padding = length - len(places)
        assert content.tokens.tolist() == [*store.tokens[places], *[0] * padding]
        assert content.document_ids.tolist() == [
            *(owner(store, p) for p in places),
            *[-1] * padding,
        ]
        last = set((store.ends - 1).tolist())
        expected = [IGNORED if p in last else store.tokens[p + 1] for p in places]
        assert content.targets.tolist() == [*expected, *[IGNORED] * padding]
        check_segments(content)
        seen += places
    assert sorted(seen) == list(range(len(store.tokens))), "every token once"
    parts = sum(-(-count // length) for count in lengths)
    assert len(packing.pieces) == parts, "only documents longer than a sequence are split"


def check_segments(content):
    """Each segment is of one document, or padding, and its places begin with 0."""
    bounds = content.cu_seqlens
    assert bounds.dtype == np.int32
    assert (bounds[0], bounds[-1]) == (0, len(content.tokens))
    counts = np.diff(bounds)
    assert (counts > 0).all()
    assert content.position_ids.tolist() == [i for count in counts for i in range(count)]
    for start, stop in itertools.pairwise(bounds):
        assert len(set(content.document_ids[start:stop].tolist())) == 1


@settings(max_examples=30)
@given(LENGTHS, SEQUENCE)
def test_best_fit_never_needs_more_sequences_than_padding(lengths, length):
    sequences = slow.best_fit(lengths, length)
    assert len(sequences) <= len(slow.pad(lengths, length))
    assert all(sum(count for _, count in sequence) <= length for sequence in sequences)


def test_a_sequence_needs_a_token_more_for_its_last_target():
    assert [sequence_count(tokens, 4) for tokens in (0, 4, 5, 8, 9)] == [0, 0, 1, 1, 2]


@pytest.mark.parametrize("number", [-1, 2])
def test_a_sequence_that_is_not_there_is_an_error(number):
    store = array([5, 4])
    packings = (Concatenated(store, 4), packed(store, [[(0, 4)], [(4, 1)]], 4))
    for packing in packings:
        with pytest.raises(DataError, match=f"has 2 sequences, {number} is asked for"):
            packing.content(number)


@pytest.mark.parametrize(
    ("sequences", "problem"),
    [
        ([[(7, 3)]], "reach to token 10, the store has 9"),
        ([[(2**63, 1)]], "the store has 9"),
        ([[(0, 0)]], "reach to token 0"),
        ([[(3, 3)]], "from token 3 on cross the end of a document"),
        ([[(0, 4), (5, 4)]], "have more than 6 tokens"),
        ([[]], "are 0 to 0 of 0"),
    ],
)
def test_pieces_that_do_not_fit_the_store_are_an_error(sequences, problem):
    packing = packed(array([5, 4]), sequences, 6)
    with pytest.raises(DataError, match=rf"the pieces of sequence 0 {problem}|{problem}"):
        packing.content(0)


def test_ends_beyond_the_pieces_are_an_error():
    whole = packed(array([5, 4]), [[(0, 5)], [(5, 4)]], 5)
    torn = Packed(whole.store, 5, whole.pieces[:1], whole.ends)
    assert torn.content(0).tokens[0] == 1000
    with pytest.raises(DataError, match="the pieces of sequence 1 are 1 to 2 of 1: mix again"):
        torn.content(1)
