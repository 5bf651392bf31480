"""The objective of every fit: the sum of Huber's loss over residuals of the log loss.

A sum, never a mean: with a mean, the absolute tolerances of general optimisers stop the search of
the Chinchilla surface far from its optimum (Besiroglu et al. 2024, arXiv 2404.10102, section 3).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from assay.laws.law import Array

__all__ = ["HUBER_EFFICIENT", "MAD_TO_SIGMA", "Space", "huber", "influence", "robust_delta"]

Space = Literal["log", "loss"]
"""Residuals of the logarithm of the loss, or of the loss itself."""

HUBER_EFFICIENT = 1.345
"""Huber's delta in standard deviations, for 95% efficiency on Gaussian noise (Huber 1981)."""
MAD_TO_SIGMA = 1.4826
"""Standard deviation of a Gaussian over its median absolute deviation."""


def huber(residuals: Array, delta: float) -> Array:
    """Return ``r^2 / 2`` inside ``delta`` and ``delta (|r| - delta / 2)`` outside."""
    size = np.abs(residuals)
    return np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta))


def influence(residuals: Array, delta: float) -> Array:
    """Return the derivative of :func:`huber`: the residual, clipped to ``delta``."""
    return np.clip(residuals, -delta, delta)


def robust_delta(residuals: Array, parameters: int, floor: float) -> float:
    """Return 1.345 robust standard deviations of ``residuals``, at least ``floor``.

    The median absolute deviation is widened for the ``parameters`` that were fitted to it.
    """
    count = len(residuals)
    widen = float(np.sqrt(count / max(count - parameters, 1)))
    sigma = MAD_TO_SIGMA * float(np.median(np.abs(residuals))) * widen
    return max(HUBER_EFFICIENT * sigma, floor)
