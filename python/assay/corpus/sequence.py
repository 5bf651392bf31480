"""One training sequence: its tokens, its targets, and the documents that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["IGNORED", "Content", "TrainingSequence"]

IGNORED = -100
"""Target of a position where nothing is to be predicted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Content:
    """The tokens of a sequence, and the pieces of documents that they are.

    Where the pieces fill less than the sequence, the rest is padding.
    """

    tokens: NDArray[np.int64]
    """Ids, the separator where there is padding, shape ``[S]``."""
    targets: NDArray[np.int64]
    """The token to predict at each position, :data:`IGNORED` where there is none, shape ``[S]``."""
    documents: NDArray[np.int64]
    """Number in its store of each piece's document, shape ``[pieces]``."""
    lengths: NDArray[np.int64]
    """Tokens of each piece, shape ``[pieces]``."""

    @property
    def cu_seqlens(self) -> NDArray[np.int32]:
        """Bounds of the pieces, and of the padding as one more, shape ``[pieces + 1 or + 2]``.

        They begin with 0 and end with ``S``, as kernels for attention over sequences of unequal
        lengths want them.
        """
        return np.concatenate([[0], np.cumsum(self._segments())]).astype(np.int32)

    @property
    def position_ids(self) -> NDArray[np.int64]:
        """Place of each token in its piece, and of padding in the padding, shape ``[S]``."""
        segments = self._segments()
        starts = np.cumsum(segments) - segments
        return np.arange(len(self.tokens)) - np.repeat(starts, segments)

    @property
    def document_ids(self) -> NDArray[np.int64]:
        """Number in its store of each token's document, -1 for padding, shape ``[S]``."""
        found = np.full(len(self.tokens), -1, dtype=np.int64)
        found[: self.lengths.sum()] = np.repeat(self.documents, self.lengths)
        return found

    def _segments(self) -> NDArray[np.int64]:
        """Return the lengths of the pieces and of the padding, if any."""
        padding = len(self.tokens) - int(self.lengths.sum())
        return np.append(self.lengths, padding) if padding else self.lengths


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingSequence(Content):
    """A sequence of a mixture, and where it comes from."""

    index: int
    """Place in the mixture."""
    source: str
    """Name of the source."""
    number: int
    """Number among the sequences of the source."""
    epoch: int
    """Passes over the source's unique sequences before this one."""
