"""Draws as intervals and probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assay.comparison.records import Interval
from assay.fitting.intervals import quantiles
from assay.laws.law import Array

__all__ = ["band", "interval", "share_positive"]


def share_positive(values: Array) -> float:
    """Return the share of positive values; zeros count half."""
    return float(np.mean(values > 0) + 0.5 * np.mean(values == 0))


def interval(value: float | None, draws: Array, level: float) -> Interval:
    """Return ``value`` with the percentile interval of ``draws``; infinite ends become ``None``."""
    ends = [round((len(draws) - 1) * (1.0 + side * level) / 2) for side in (-1.0, 1.0)]
    # The nearest draws, as np.quantile takes them, at a tenth of its time.
    lower, upper = np.partition(draws, ends)[ends]
    return Interval(_finite(value), _finite(lower), _finite(upper))


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None


def band(draws: Array, where: NDArray[np.bool_], level: float) -> tuple[Array, Array]:
    """Return lower and upper ends for each column of ``draws``; NaN where ``where`` is false."""
    lower, upper = np.full(draws.shape[1], np.nan), np.full(draws.shape[1], np.nan)
    if where.any():
        lower[where], upper[where] = quantiles(draws[:, where], level)
    return lower, upper
