"""The frozen windows of an evaluation set: which tokens every run is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.checks import window_stride
from assay.corpus import TokenStore
from assay.errors import DataError
from assay.files import digest

__all__ = ["Window", "Windows"]


@dataclass(frozen=True)
class Windows:
    """Some windows of the token store of an evaluation set; none crosses the end of a document.

    Losses are of the tokens from ``first`` on; those before are context. Over all windows of a
    store every token but the first of each document is predicted exactly once.
    """

    store: TokenStore
    token_bytes: NDArray[np.uint32]
    """Bytes of text that each token of the store covers, shape [tokens]."""
    document: NDArray[np.int64]
    """Number of each window's document, shape [windows]."""
    start: NDArray[np.int64]
    """First token of each window in the store, shape [windows]."""
    first: NDArray[np.int64]
    """First predicted token of each window in the store, after its start, shape [windows]."""
    stop: NDArray[np.int64]
    """End (exclusive) of each window in the store, shape [windows]."""
    sha256: str
    """Digest of the store and of the list of windows: measurements compare where it is equal."""

    @classmethod
    def choose(cls, folder: Path, *, length: int, count: int, stride: int | None = None) -> Windows:
        """Choose ``count`` windows, spread evenly over a token store; all if there are fewer.

        Parameters
        ----------
        folder
            Token store of an evaluation set, with the bytes of each token.
        length
            Tokens in a window, at least 2; the last window of a document may be shorter.
        count
            Windows wanted, at least 2.
        stride
            Tokens from the start of one window of a document to that of the next, 1 to ``length -
            1``; its other tokens are context again. By default ``length - 1``, where only the last
            token of a window is, as context, the first of the next.

        Raises
        ------
        StudyError
            If the stride does not fit the length.
        DataError
            If the store has fewer than two windows, or no byte counts.
        """
        stride = window_stride(length, stride)
        store = TokenStore.open(folder)
        found = _all_windows(store.documents[:, 0].astype(np.int64), length, stride)
        total = len(found[0])
        if total < 2 or count < 2:
            raise DataError(
                f"{folder} has {len(store.documents)} documents and {total} windows of up to "
                f"{length} tokens, and {count} are asked for: an evaluation set needs at least two "
                "windows, give it more text"
            )
        taken = _spread(total, count)
        return cls.of(store, *(column[taken] for column in found))

    @classmethod
    def of(
        cls,
        store: TokenStore,
        document: NDArray[np.int64],
        start: NDArray[np.int64],
        first: NDArray[np.int64],
        stop: NDArray[np.int64],
    ) -> Windows:
        """Make windows of a store from their places, the columns of :class:`Windows`.

        Raises
        ------
        DataError
            If the store has no byte counts.
        """
        # Windows that predict all but their first token are listed without it, as they always were.
        columns = [document, start, stop]
        if (first != start + 1).any():
            columns.append(first)
        listed = np.stack(columns, axis=1).tolist()
        sha256 = digest({"store": store.sha256, "windows": listed})
        return cls(store, store.token_bytes, document, start, first, stop, sha256)

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.start)

    def window(self, i: int) -> Window:
        """Return one window, read from the store."""
        place = slice(int(self.start[i]), int(self.stop[i]))
        return Window(
            tokens=self.store.slice(place.start, place.stop).astype(np.int64),
            token_bytes=self.token_bytes[place].astype(np.int64),
            context=int(self.first[i] - self.start[i]),
        )

    def longest(self) -> Window:
        """Return the longest window, the first of them if there are several."""
        return self.window(int(np.argmax(self.stop - self.start)))


@dataclass(frozen=True, kw_only=True)
class Window:
    """Tokens of a document that follow each other."""

    tokens: NDArray[np.int64]
    """Shape [L]."""
    token_bytes: NDArray[np.int64]
    """Bytes of text that each token covers, shape [L]."""
    context: int
    """Tokens at the start that are not predicted, at least 1."""


def _all_windows(
    ends: NDArray[np.int64], length: int, stride: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cut documents that end at ``ends``; return document, start, first and stop of each window."""
    starts = np.concatenate([[0], ends[:-1]])
    tokens = ends - starts
    windows = np.where(tokens > 1, 1 - (-np.maximum(tokens - length, 0) // stride), 0)
    document = np.repeat(np.arange(len(ends)), windows)
    place = np.arange(len(document)) - np.repeat(np.cumsum(windows) - windows, windows)
    start = starts[document] + place * stride
    first = np.where(place == 0, start + 1, start - stride + length)
    return document, start, first, np.minimum(start + length, ends[document])


def _spread(total: int, count: int) -> NDArray[np.int64]:
    """Return the middle of each of ``count`` equal parts of ``range(total)``."""
    if count >= total:
        return np.arange(total)
    return (2 * np.arange(count) + 1) * total // (2 * count)
