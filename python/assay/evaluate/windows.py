"""The frozen windows of an evaluation set: which tokens every run is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.corpus import TokenStore
from assay.errors import DataError
from assay.records import digest

__all__ = ["Windows"]


@dataclass(frozen=True)
class Windows:
    """Some windows of the token store of an evaluation set; none crosses the end of a document.

    The first token of a window is context: losses are of the tokens after it. Windows of one
    document share that token with the end of the window before, so that over all windows of a
    store every token but the first of each document is predicted exactly once.
    """

    store: TokenStore
    token_bytes: NDArray[np.uint32]
    """Bytes of text that each token of the store covers."""
    document: NDArray[np.int64]
    """Number of each window's document, shape [windows]."""
    start: NDArray[np.int64]
    """First token of each window in the store, shape [windows]."""
    stop: NDArray[np.int64]
    """End (exclusive) of each window in the store, shape [windows]."""
    sha256: str
    """Digest of the store and of the list of windows: measurements compare where it is equal."""

    @classmethod
    def choose(cls, folder: Path, *, length: int, count: int) -> Windows:
        """Choose ``count`` windows, spread evenly over a token store; all if there are fewer.

        Parameters
        ----------
        folder
            Token store of an evaluation set, with the bytes of each token.
        length
            Tokens in a window, at least 2; the last window of a document may be shorter.
        count
            Windows wanted, at least 2.

        Raises
        ------
        DataError
            If the store has fewer than two windows, or no byte counts.
        """
        store = TokenStore.open(folder)
        token_bytes = store.token_bytes
        document, start, stop = _all_windows(store.documents[:, 0].astype(np.int64), length)
        if len(start) < 2 or count < 2:
            raise DataError(
                f"{folder} has {len(store.documents)} documents and {len(start)} windows of up to "
                f"{length} tokens, and {count} are asked for: an evaluation set needs at least two "
                "windows, give it more text"
            )
        taken = _spread(len(start), count)
        document, start, stop = document[taken], start[taken], stop[taken]
        listed = np.stack([document, start, stop], axis=1).tolist()
        sha256 = digest({"store": store.sha256, "windows": listed})
        return cls(store, token_bytes, document, start, stop, sha256)

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.start)

    def tokens(self, window: int) -> NDArray[np.int64]:
        """Return the tokens of one window, its context token first."""
        return self.store.tokens[self.start[window] : self.stop[window]].astype(np.int64)

    def text_bytes(self, window: int) -> int:
        """Return the bytes of text that the predicted tokens of one window cover."""
        covered = self.token_bytes[self.start[window] + 1 : self.stop[window]]
        return int(covered.sum(dtype=np.int64))


def _all_windows(
    ends: NDArray[np.int64], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cut documents that end at ``ends`` in windows; return document, start and stop of each."""
    starts = np.concatenate([[0], ends[:-1]])
    predicted = np.maximum(ends - starts - 1, 0)
    windows = -(-predicted // (length - 1))
    document = np.repeat(np.arange(len(ends)), windows)
    place = np.arange(len(document)) - np.repeat(np.cumsum(windows) - windows, windows)
    start = starts[document] + place * (length - 1)
    return document, start, np.minimum(start + length, ends[document])


def _spread(total: int, count: int) -> NDArray[np.int64]:
    """Return the middle of each of ``count`` equal parts of ``range(total)``."""
    if count >= total:
        return np.arange(total)
    return (2 * np.arange(count) + 1) * total // (2 * count)
