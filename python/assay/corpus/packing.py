"""Packing: how the documents of a token store become training sequences of equal length."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from assay.corpus.sequence import IGNORED, Content
from assay.corpus.store import Tokens
from assay.errors import DataError
from assay.records import PackingMethod

__all__ = [
    "PIECE",
    "Concatenated",
    "NumberedSequences",
    "Packed",
    "packed_folder",
    "sequence_count",
]

PIECE = np.dtype([("start", "<u8"), ("tokens", "<u4")])
"""A piece on disk: its first token in the store and its length."""


class NumberedSequences(Protocol):
    """Training sequences of one store, numbered from 0 and of equal length."""

    @property
    def sequence_tokens(self) -> int:
        """Tokens of a sequence."""

    @property
    def separate(self) -> bool:
        """Whether the documents of a sequence are to see nothing of each other."""

    def __len__(self) -> int:
        """Return the number of sequences."""

    def content(self, number: int) -> Content:
        """Return a sequence.

        Raises
        ------
        DataError
            If there is no such sequence, or the pieces do not fit the store.
        """


def sequence_count(tokens: int, sequence_tokens: int) -> int:
    """Return how many sequences ``tokens`` tokens make when concatenated.

    The last token of a sequence predicts the one after it, so one more than they have is needed.
    """
    return max(0, (tokens - 1) // sequence_tokens)


@dataclass(frozen=True)
class Concatenated:
    """Sequences cut from all documents as one stream: the next document follows the separator."""

    store: Tokens
    sequence_tokens: int
    separate: ClassVar[bool] = False

    def __len__(self) -> int:
        """Return the number of sequences."""
        return sequence_count(self.store.token_count, self.sequence_tokens)

    def content(self, number: int) -> Content:
        """Return a sequence; see :class:`NumberedSequences`."""
        _check_number(self, self.store.name, number)
        start = number * self.sequence_tokens
        stop = start + self.sequence_tokens
        ids = self.store.slice(start, stop + 1).astype(np.int64)
        first, ends = self.store.document_ends(start, stop)
        return Content(
            tokens=ids[:-1],
            targets=ids[1:],
            documents=np.arange(first, first + len(ends)),
            lengths=np.diff(np.minimum(ends, stop), prepend=start),
        )


@dataclass(frozen=True, eq=False)
class Packed:
    """Sequences made of listed pieces; nothing is predicted across the end of a document."""

    store: Tokens
    sequence_tokens: int
    pieces: NDArray[Any]
    """Start and length of each piece, shape ``[pieces]``, type :data:`PIECE`."""
    ends: NDArray[np.uint64]
    """End of each sequence's pieces, ascending, shape ``[sequences]``."""
    separate: ClassVar[bool] = True

    def __len__(self) -> int:
        """Return the number of sequences."""
        return len(self.ends)

    def content(self, number: int) -> Content:
        """Return a sequence; see :class:`NumberedSequences`."""
        _check_number(self, self.store.name, number)
        tokens = np.full(self.sequence_tokens, self.store.separator_id, dtype=np.int64)
        targets = np.full(self.sequence_tokens, IGNORED, dtype=np.int64)
        documents, lengths, filled = [], [], 0
        for start, length in self._spans(number):
            document, end = self._document(number, start, length)
            place = slice(filled, filled + length)
            tokens[place] = self.store.slice(start, start + length)
            predicted = min(length, end - start - 1)
            following = self.store.slice(start + 1, start + 1 + predicted)
            targets[filled : filled + predicted] = following
            documents.append(document)
            lengths.append(length)
            filled += length
        return Content(
            tokens=tokens,
            targets=targets,
            documents=np.array(documents, dtype=np.int64),
            lengths=np.array(lengths, dtype=np.int64),
        )

    def _spans(self, number: int) -> list[tuple[int, int]]:
        """Return start and length of the pieces of a sequence."""
        first = int(self.ends[number - 1]) if number else 0
        stop = int(self.ends[number])
        if not first < stop <= len(self.pieces):
            raise self._wrong(number, f"are {first} to {stop} of {len(self.pieces)}")
        spans: list[tuple[int, int]] = self.pieces[first:stop].tolist()
        if sum(length for _, length in spans) > self.sequence_tokens:
            raise self._wrong(number, f"have more than {self.sequence_tokens} tokens")
        return spans

    def _document(self, number: int, start: int, length: int) -> tuple[int, int]:
        """Return number and end of the one document that a piece lies in."""
        stop = start + length
        if not start < stop <= self.store.token_count:
            raise self._wrong(
                number, f"reach to token {stop}, the store has {self.store.token_count}"
            )
        document, ends = self.store.document_ends(start, stop)
        if len(ends) != 1:
            raise self._wrong(number, f"from token {start} on cross the end of a document")
        return document, int(ends[0])

    def _wrong(self, number: int, problem: str) -> DataError:
        return DataError(f"{self.store.name}: the pieces of sequence {number} {problem}: mix again")


def _check_number(packing: NumberedSequences, name: str, number: int) -> None:
    if not 0 <= number < len(packing):
        raise DataError(f"{name} has {len(packing)} sequences, {number} is asked for")


def packed_folder(packed: Path, packing: PackingMethod, sequence_tokens: int) -> Path:
    """Return the mixture folder of one packing in a folder of packed text."""
    return packed / f"{packing}-{sequence_tokens}"
