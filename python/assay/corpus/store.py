"""The token stores that the corpus engine writes, memory-mapped."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import _core
from assay.errors import DataError

__all__ = ["TokenStore"]


@dataclass(frozen=True)
class TokenStore:
    """Token ids of one corpus, memory-mapped, with the bounds of its documents."""

    folder: Path
    header: Mapping[str, Any]
    """The content of ``store.json``."""

    @classmethod
    def open(cls, folder: Path) -> TokenStore:
        """Open a token-store folder and check its header.

        Raises
        ------
        DataError
            If the folder holds no token store, or a file has not the size that the header says.
        """
        path = folder / "store.json"
        if not path.exists():
            raise DataError(f"{path} is missing: {folder} is no token store, run `assay prepare`")
        store = cls(folder, json.loads(_core.validate("token-store", path.read_text())))
        for shard in store.header["shards"]:
            store._check_size(shard["tokens_file"], shard["tokens"] * store.dtype.itemsize)
            store._check_size(shard["documents_file"], shard["documents"] * 16)
        return store

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the ids on disk, little endian."""
        dtype: np.dtype[Any] = np.dtype(self.header["dtype"]).newbyteorder("<")
        return dtype

    @functools.cached_property
    def tokens(self) -> NDArray[Any]:
        """All token ids, shape ``[tokens]``; each document ends with the separator."""
        return self._joined([self._map(s["tokens_file"], self.dtype) for s in self.shards])

    @functools.cached_property
    def token_bytes(self) -> NDArray[np.uint32]:
        """UTF-8 bytes that each token covers, shape ``[tokens]``; evaluation sets only."""
        names = [shard["bytes_file"] for shard in self.shards if shard["bytes_file"] is not None]
        if len(names) < len(self.shards):
            raise DataError(f"{self.folder} has no byte counts: it is not an evaluation set")
        return self._joined([self._map(name, np.dtype("<u4")) for name in names])

    @functools.cached_property
    def documents(self) -> NDArray[np.uint64]:
        """Ends of the documents, shape ``[documents, 2]``: token end, text byte end."""
        ends = []
        base = np.zeros(2, dtype=np.uint64)
        for shard in self.shards:
            part = self._map(shard["documents_file"], np.dtype("<u8")).reshape(-1, 2) + base
            ends.append(part)
            base = part[-1]
        return np.concatenate(ends)

    @property
    def shards(self) -> list[dict[str, Any]]:
        """The shards as the header describes them."""
        return list(self.header["shards"])

    @functools.cached_property
    def sha256(self) -> str:
        """Digest of the header, which itself holds the digests of every file."""
        return hashlib.sha256((self.folder / "store.json").read_bytes()).hexdigest()

    def _map(self, name: str, dtype: np.dtype[Any]) -> NDArray[Any]:
        return np.memmap(self.folder / name, dtype=dtype, mode="r")

    @staticmethod
    def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _check_size(self, name: str, expected: int) -> None:
        path = self.folder / name
        size = path.stat().st_size if path.exists() else None
        if size != expected:
            found = "missing" if size is None else f"{size} bytes"
            raise DataError(f"{path} is {found}, its header says {expected} bytes: prepare again")
