"""Token stores, which hold documents as token ids: those on disk, and the same in memory."""

from __future__ import annotations

import bisect
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assay import _core
from assay.corpus.manifest import StoreHeader, StoreShard
from assay.corpus.mapped_files import check_sha256, check_size, map_array
from assay.errors import DataError
from assay.files import file_sha256

__all__ = ["TokenArray", "TokenStore", "Tokens"]


class Tokens(Protocol):
    """Documents as token ids, one after the other, each with the separator at its end."""

    @property
    def name(self) -> str:
        """Name of the tokens in error messages."""

    @property
    def token_count(self) -> int:
        """Number of tokens, separators included."""

    @property
    def separator_id(self) -> int:
        """The token at the end of each document."""

    def slice(self, start: int, stop: int) -> NDArray[Any]:
        """Return the ids from ``start`` to ``stop``, shape ``[stop - start]``, not to be changed.

        Raises
        ------
        DataError
            If there are no such tokens.
        """

    def document_ends(self, start: int, stop: int) -> tuple[int, NDArray[np.int64]]:
        """Return the documents that the tokens from ``start`` to ``stop`` belong to.

        Returns
        -------
        first
            Number of the document of token ``start``.
        ends
            End (exclusive) of it and of each that follows, up to that of token ``stop - 1``.
        """


@dataclass(frozen=True, eq=False)
class TokenArray:
    """Tokens in memory."""

    tokens: NDArray[Any]
    """Ids, shape ``[tokens]``."""
    ends: NDArray[np.int64]
    """End of each document, its separator included, ascending, shape ``[documents]``."""
    separator_id: int = 0
    name: str = "tokens"

    def __post_init__(self) -> None:
        """Check that the documents cover the tokens."""
        last = int(self.ends[-1]) if len(self.ends) else 0
        if last != len(self.tokens):
            raise DataError(f"{self.name}: documents end at {last} of {len(self.tokens)} tokens")

    @property
    def token_count(self) -> int:
        """Number of tokens, separators included."""
        return len(self.tokens)

    def slice(self, start: int, stop: int) -> NDArray[Any]:
        """Return the ids from ``start`` to ``stop``; see :class:`Tokens`."""
        _check_span(self, start, stop)
        return self.tokens[start:stop]

    def document_ends(self, start: int, stop: int) -> tuple[int, NDArray[np.int64]]:
        """Return the documents of a span; see :class:`Tokens`."""
        _check_span(self, start, stop)
        return _ends_within(self.ends, start, stop)


@dataclass(frozen=True)
class TokenStore:
    """Token ids of one corpus, memory-mapped, with the bounds of its documents."""

    folder: Path
    header: StoreHeader
    """The content of ``store.json``."""

    @classmethod
    def open(cls, folder: str | Path) -> TokenStore:
        """Open a token-store folder and check its header.

        Raises
        ------
        DataError
            If the folder holds no token store, or a file has not the size that the header says.
        """
        folder = Path(folder)
        path = folder / "store.json"
        if not path.exists():
            raise DataError(f"{path} is missing: {folder} is no token store, run `assay prepare`")
        store = cls(folder, json.loads(_core.validate("token-store", path.read_text())))
        for shard in store.shards:
            check_size(folder / shard["tokens_file"], shard["tokens"] * store.dtype.itemsize)
            check_size(folder / shard["documents_file"], shard["documents"] * 16)
        return store

    def verify(self) -> None:
        """Recompute the digest of every file.

        Raises
        ------
        DataError
            If a file is not what the header says; the message names it.
        """
        for shard in self.shards:
            for name, expected in shard["sha256"].items():
                check_sha256(self.folder / name, expected)

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.folder)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the ids on disk, little endian."""
        dtype: np.dtype[Any] = np.dtype(self.header["dtype"]).newbyteorder("<")
        return dtype

    @property
    def token_count(self) -> int:
        """Number of tokens, separators included."""
        return int(self.header["tokens"])

    @property
    def separator_id(self) -> int:
        """The token at the end of each document."""
        return int(self.header["separator_id"])

    def slice(self, start: int, stop: int) -> NDArray[Any]:
        """Return the ids from ``start`` to ``stop``, copied only where they cross shards.

        Raises
        ------
        DataError
            If there are no such tokens, or one is outside the vocabulary.
        """
        _check_span(self, start, stop)
        parts = [self._token_views[k][a:b] for k, a, b in self._shard_spans(start, stop)]
        ids = _joined(parts, self.dtype)
        if len(ids) and int(ids.max()) >= self.header["vocab_size"]:
            raise DataError(
                f"{self.folder}: token {start + int(ids.argmax())} has the id {ids.max()}, the "
                f"vocabulary has {self.header['vocab_size']}: prepare again"
            )
        return ids

    def document_ends(self, start: int, stop: int) -> tuple[int, NDArray[np.int64]]:
        """Return the documents of a span; see :class:`Tokens`."""
        _check_span(self, start, stop)
        first = 0
        parts: list[NDArray[np.int64]] = []
        for k, a, b in self._shard_spans(start, stop):
            within, ends = _ends_within(self._document_views[k][:, 0], a, b)
            if not parts:
                first = sum(shard["documents"] for shard in self.shards[:k]) + within
            parts.append(ends + self._shard_starts[k])
        return first, _joined(parts, np.dtype(np.int64))

    @functools.cached_property
    def tokens(self) -> NDArray[Any]:
        """All token ids, shape ``[tokens]``; several shards are joined in memory."""
        return _joined(self._token_views, self.dtype)

    @functools.cached_property
    def token_bytes(self) -> NDArray[np.uint32]:
        """UTF-8 bytes that each token covers, shape ``[tokens]``; evaluation sets only.

        Raises
        ------
        DataError
            If the store is of no evaluation set.
        """
        names = [shard["bytes_file"] for shard in self.shards if shard["bytes_file"] is not None]
        if len(names) < len(self.shards):
            raise DataError(f"{self.folder} has no byte counts: it is not an evaluation set")
        dtype = np.dtype("<u4")
        return _joined([self._map(name, dtype) for name in names], dtype)

    @functools.cached_property
    def documents(self) -> NDArray[np.uint64]:
        """Ends of the documents, shape ``[documents, 2]``: token end, text byte end."""
        ends = [np.zeros((0, 2), dtype=np.uint64)]
        base = np.zeros(2, dtype=np.uint64)
        for view in self._document_views:
            ends.append(view + base)
            base = ends[-1][-1]
        return np.concatenate(ends)

    @property
    def shards(self) -> list[StoreShard]:
        """The shards as the header describes them."""
        return list(self.header["shards"])

    @functools.cached_property
    def sha256(self) -> str:
        """Digest of the header, which itself holds the digests of every file."""
        return file_sha256(self.folder / "store.json")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the header alone: another process maps the files itself."""
        return TokenStore, (self.folder, self.header)

    @functools.cached_property
    def _token_views(self) -> list[NDArray[Any]]:
        return [self._map(shard["tokens_file"], self.dtype) for shard in self.shards]

    @functools.cached_property
    def _document_views(self) -> list[NDArray[np.uint64]]:
        files = [shard["documents_file"] for shard in self.shards]
        return [self._map(name, np.dtype("<u8")).reshape(-1, 2) for name in files]

    @functools.cached_property
    def _shard_starts(self) -> list[int]:
        """First token of each shard, and the end of the last."""
        starts = [0]
        for shard in self.shards:
            starts.append(starts[-1] + shard["tokens"])
        return starts

    def _shard_spans(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        """Return what each shard has of a span: the shard, start and stop within it."""
        spans = []
        shard = bisect.bisect_right(self._shard_starts, start) - 1
        while start < stop:
            base, end = self._shard_starts[shard : shard + 2]
            spans.append((shard, start - base, min(stop, end) - base))
            start, shard = end, shard + 1
        return spans

    def _map(self, name: str, dtype: np.dtype[Any]) -> NDArray[Any]:
        return map_array(self.folder / name, dtype)


def _joined(parts: list[NDArray[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def _check_span(tokens: Tokens, start: int, stop: int) -> None:
    if not 0 <= start <= stop <= tokens.token_count:
        raise DataError(
            f"{tokens.name} has {tokens.token_count} tokens, {start} to {stop} are asked for"
        )


def _ends_within(ends: NDArray[Any], start: int, stop: int) -> tuple[int, NDArray[np.int64]]:
    """Return the documents of a span within one shard; bisection reads little of a mapped file."""
    first = bisect.bisect_right(ends, start)
    last = bisect.bisect_left(ends, stop, lo=first)
    return first, ends[first : last + 1].astype(np.int64)
