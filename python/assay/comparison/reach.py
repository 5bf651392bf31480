"""Where falling curves of loss first reach a target."""

from __future__ import annotations

import numpy as np

from assay.laws.law import Array

__all__ = ["falling", "first_reach"]


def falling(losses: Array) -> Array:
    """Return the lowest loss up to each point of curves ``(n, m)``; NaN is no loss at all."""
    return np.minimum.accumulate(np.where(np.isnan(losses), np.inf, losses), axis=1)


def first_reach(lowest: Array, target: Array, x: Array) -> Array:
    """Return the least ``x`` whose loss is at most ``target``; infinite if there is none.

    Between two points of ``x`` the loss is taken as linear in ``log x``.

    Parameters
    ----------
    lowest
        Curves over ``x``, ``(n, m)``, which do not rise: see :func:`falling`.
    target
        One target for each curve, ``(n,)``.
    x
        Rising positive numbers, ``(m,)``.
    """
    first = np.count_nonzero(lowest > target[:, None], axis=1)
    reached, first = first < len(x), np.minimum(first, len(x) - 1)
    rows = np.arange(len(lowest))
    before, after = lowest[rows, np.maximum(first - 1, 0)], lowest[rows, first]
    sloped = np.isfinite(before) & (before > after)
    start, stop = np.where(sloped, before, 1.0), np.where(sloped, after, 0.0)
    part = (start - np.where(sloped, target, 0.0)) / (start - stop)
    logs = np.log(x)
    low = logs[np.maximum(first - 1, 0)]
    place = np.where(reached, low + part * (logs[first] - low), np.inf)
    return np.asarray(np.exp(place))
