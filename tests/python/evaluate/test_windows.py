"""Windows: what they cover, how they are chosen, and when their digest changes."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import DataError, StudyError
from assay.evaluate.windows import Windows, _all_windows, _spread


def _slow_windows(lengths: list[int], length: int, stride: int) -> list[tuple[int, int, int, int]]:
    found = []
    begin = 0
    for document, size in enumerate(lengths):
        start, first = begin, begin + 1
        while first < begin + size:
            stop = min(start + length, begin + size)
            found.append((document, start, first, stop))
            start, first = start + stride, stop
        begin += size
    return found


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20), st.integers(2, 12), st.data())
def test_every_token_but_the_first_of_a_document_is_predicted_once(
    lengths: list[int], length: int, data: st.DataObject
) -> None:
    stride = data.draw(st.integers(1, length - 1))
    columns = _all_windows(np.cumsum(lengths), length, stride)
    found = list(zip(*(column.tolist() for column in columns), strict=True))
    assert found == _slow_windows(lengths, length, stride)
    predicted = [token for _, _, first, b in found for token in range(first, b)]
    firsts = {0, *np.cumsum(lengths).tolist()}
    assert predicted == [token for token in range(sum(lengths)) if token not in firsts]
    assert all(2 <= b - a <= length for _, a, _, b in found)
    enough = min(length - stride, length - 1)
    begins = {0, *np.cumsum(lengths).tolist()}
    assert all(a in begins or first - a == enough for _, a, first, _ in found)


@given(st.integers(1, 200), st.integers(1, 200))
def test_choice_is_spread_evenly(total: int, count: int) -> None:
    taken = _spread(total, count)
    assert len(taken) == min(total, count)
    assert taken[0] >= 0 and taken[-1] < total  # noqa: PT018
    gaps = np.diff(taken)
    assert (gaps > 0).all()
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


def test_windows_read_tokens_and_bytes(store: Path) -> None:
    windows = Windows.choose(store, length=16, count=1000)
    tokens = windows.store.tokens
    text_bytes = windows.store.token_bytes
    for i in range(len(windows)):
        a, b = windows.start[i], windows.stop[i]
        assert windows.window(i).tokens.tolist() == tokens[a:b].tolist()
        assert windows.window(i).token_bytes.tolist() == text_bytes[a:b].tolist()
        assert windows.window(i).context == 1
    assert len(windows.longest().tokens) == 16
    predicted = sum(b - a - 1 for a, b in zip(windows.start, windows.stop, strict=True))
    assert predicted == len(tokens) - len(windows.store.documents)


def test_digest_changes_with_windows_and_text(store: Path, tmp_path: Path, write_store) -> None:
    lengths = [40, 2, 1, 17, 3, 90, 33, 16]
    chosen = Windows.choose(store, length=16, count=6)
    assert Windows.choose(store, length=16, count=6).sha256 == chosen.sha256
    assert len(chosen) == 6
    same_text = write_store(tmp_path / "target", lengths)
    other_text = write_store(tmp_path / "other" / "target", lengths, seed=1)
    others = [
        Windows.choose(store, length=16, count=7),
        Windows.choose(store, length=15, count=6),
        Windows.choose(store, length=16, count=6, stride=4),
        Windows.choose(other_text, length=16, count=6),
    ]
    assert Windows.choose(same_text, length=16, count=6).sha256 == chosen.sha256
    assert len({chosen.sha256, *(windows.sha256 for windows in others)}) == 5
    assert Windows.choose(store, length=16, count=6, stride=15).sha256 == chosen.sha256


def test_too_little_text_is_an_error(tmp_path: Path, write_store) -> None:
    folder = write_store(tmp_path / "short", [1, 9])
    with pytest.raises(DataError, match=re.escape(f"{folder} has 2 documents and 1 windows")):
        Windows.choose(folder, length=16, count=10)


def test_store_without_bytes_is_an_error(tmp_path: Path, write_store) -> None:
    folder = write_store(tmp_path / "source", [9, 9], with_bytes=False)
    with pytest.raises(DataError, match="no byte counts"):
        Windows.choose(folder, length=16, count=10)


@pytest.mark.parametrize("stride", [0, 16])
def test_stride_that_does_not_fit_is_an_error(store: Path, stride: int) -> None:
    with pytest.raises(StudyError, match=rf"stride_tokens is {stride} with windows of 16 tokens"):
        Windows.choose(store, length=16, count=10, stride=stride)
