"""Intervals of draws."""

from __future__ import annotations

import numpy as np

from assay.checks import share
from assay.laws.law import Array

__all__ = ["quantiles"]


def quantiles(draws: Array, level: float) -> tuple[Array, Array]:
    """Return the ends that hold a further draw with probability ``level``, however few there are.

    The ``i``-th of ``n`` sorted draws leaves ``i / (n + 1)`` of all draws below it on average.
    """
    level = share(level, "the level of an interval")
    ends = [(1.0 - level) / 2, (1.0 + level) / 2]
    low, high = np.quantile(draws, ends, axis=0, method="weibull")
    return low, high
