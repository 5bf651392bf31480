"""What losses can be beyond the runs, whatever a law or its error says.

A resampled law may diverge where nothing was measured, and an error that grows with each power of
ten has no end. Two facts hold all the same: unless the runs themselves show that a source harms, a
loss does not rise with the budget, up to the noise of the runs that it is seen in; and no model in
use does worse than a uniform guess.

A law with a parameter on its bound has run out of freedom: the runs do not show the bend that its
extrapolation depends on. Half of its resamples then keep only a share of the gain that it promises
beyond the runs, anything from none, which leaves the loss at the end of the runs, to all.
"""

from __future__ import annotations

import numpy as np

from assay.fitting.points import Points
from assay.fitting.random_streams import stream
from assay.laws.law import Array, Law

__all__ = ["SLACK", "UNIFORM", "ceiling", "ends", "harms", "kept_gain"]

UNIFORM = 12.5
"""Log of 268,000, a vocabulary as large as any, in nats: the loss of a uniform guess."""
SLACK = 2.0
"""Standard deviations of a run by which a measured loss may lie below its mean."""


def ceiling(
    law: Law, points: Points, x: Array, measured: Array, fitted: Array | float, start: float
) -> Array:
    """Return the largest mean loss that there can be at each setting, noise aside, ``(n,)``.

    Where there are runs that are smaller in every size, it is the largest loss among them, or what
    is ``fitted`` to a source that harms; elsewhere it is the loss before training.

    Parameters
    ----------
    x
        The settings, ``(d, n)``.
    measured
        Predictors of the runs, ``(d, m)``.
    fitted
        Fitted loss at the settings, ``(n,)``, if the source harms; else 0.
    start
        Loss before any training: that of the base, else that of a uniform guess.
    """
    sizes = list(law.scaled)
    smaller = np.all(measured[sizes][:, None, :] <= x[sizes][:, :, None], axis=0)
    seen = np.max(np.where(smaller, points.y, 0.0), axis=1)
    untrained = max(start, float(points.y.max()))
    return np.asarray(np.where(smaller.any(axis=1), np.maximum(seen, fitted), untrained))


def harms(points: Points, sizes: Array, noise: float) -> bool:
    """Return whether the loss rises from the smallest of the ``sizes (m,)`` to the largest.

    ``noise`` is the standard deviation of a run in log loss; a rise within it shows nothing.
    """
    logs = np.log(points.y)
    small, large = logs[sizes == sizes.min()], logs[sizes == sizes.max()]
    scatter = noise * float(np.sqrt(1.0 / len(small) + 1.0 / len(large)))
    return bool(large.mean() - small.mean() > SLACK * scatter)


def ends(law: Law, x: Array, measured: Array) -> Array:
    """Return the settings with sizes no larger than those of the runs, ``(d, n)``."""
    most = np.where(law.scaled, measured.max(axis=1), np.inf)
    return np.asarray(np.minimum(x, most[:, None]))


def kept_gain(random_state: int, source: str, count: int) -> Array:
    """Draw the share of the gain beyond the runs that a law on its bound keeps, ``(count,)``."""
    return np.minimum(2.0 * stream(random_state, "kept-gain", source).random(count), 1.0)
