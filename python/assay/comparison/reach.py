"""Where falling curves of loss first reach a target."""

from __future__ import annotations

import numpy as np

from assay.laws.law import Array

__all__ = ["first_reach"]


def first_reach(losses: Array, target: Array, x: Array) -> Array:
    """Return the least ``x`` whose loss is at most ``target``; infinite if there is none.

    Between two points of ``x`` the loss is taken as linear in ``log x``.

    Parameters
    ----------
    losses
        Curves over ``x``, ``(n, m)``; NaN is no loss at all.
    target
        One target for each curve, ``(n,)``.
    x
        Rising positive numbers, ``(m,)``.
    """
    falling = np.minimum.accumulate(np.where(np.isnan(losses), np.inf, losses), axis=1)
    enough = falling <= target[:, None]
    first = np.argmax(enough, axis=1)
    rows = np.arange(len(falling))
    before, after = falling[rows, np.maximum(first - 1, 0)], falling[rows, first]
    sloped = np.isfinite(before) & (before > after)
    start, stop = np.where(sloped, before, 1.0), np.where(sloped, after, 0.0)
    part = (start - np.where(sloped, target, 0.0)) / (start - stop)
    logs = np.log(x)
    low = logs[np.maximum(first - 1, 0)]
    place = np.exp(low + part * (logs[first] - low))
    return np.where(enough.any(axis=1), place, np.inf)
