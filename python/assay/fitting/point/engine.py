"""Which laws the compiled engine can fit, and how arrays are handed to it."""

from __future__ import annotations

from dataclasses import astuple, is_dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay import _core
from assay.laws import LAWS
from assay.laws.law import Array, Law

__all__ = ["constants", "table"]

_KNOWN = frozenset(_core.fitted_laws())


def constants(law: Law) -> list[float] | None:
    """Return the constants of the formula of ``law``, or None if the engine does not know it."""
    if law.name not in _KNOWN or type(law) is not LAWS.get(law.name) or not is_dataclass(law):
        return None
    return [float(value) for value in astuple(law)]


def table(values: ArrayLike) -> Array:
    """Return ``values`` as the engine reads them: two-dimensional and contiguous."""
    return np.ascontiguousarray(np.atleast_2d(np.asarray(values, dtype=np.float64)))
