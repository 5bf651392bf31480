"""Files of a token store or mixture: compared with what its header says, and memory-mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError
from assay.files import file_sha256

__all__ = ["check_sha256", "check_size", "map_array"]


def check_size(path: Path, expected: int) -> None:
    """Check that a file has ``expected`` bytes.

    Raises
    ------
    DataError
        If it has another size, or is missing.
    """
    size = path.stat().st_size if path.exists() else None
    if size != expected:
        found = "missing" if size is None else f"{size} bytes"
        raise DataError(f"{path} is {found}, its header says {expected} bytes: make it again")


def check_sha256(path: Path, expected: str) -> None:
    """Check that a file has the digest ``expected``, hexadecimal.

    Raises
    ------
    DataError
        If it has another, or is missing.
    """
    if not path.exists():
        raise DataError(f"{path} is missing: make it again")
    found = file_sha256(path)
    if found != expected:
        raise DataError(
            f"{path} has sha256 {found[:12]}, its header says {expected[:12]}: it was changed, "
            "make it again"
        )


def map_array(path: Path, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Map a file as a read-only array; an empty file cannot be mapped and needs not be."""
    if path.stat().st_size == 0:
        return np.zeros(0, dtype)
    # A plain array over the mapped file: the class memmap makes every index slower.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r"))
