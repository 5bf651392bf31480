"""Starting points by variable projection over a grid of the nonlinear parameters.

On the grid the best linear parameters are known in closed form, so a search in ``p`` dimensions
becomes a table look-up in one or two (Golub and Pereyra 1973, SIAM J. Numer. Anal. 10:413). For
log residuals these are relative, ``f / y - 1``, which is close to what the solver uses.
"""

from __future__ import annotations

import numpy as np

from assay import _core
from assay.fitting.objective import Space
from assay.fitting.point import slow
from assay.fitting.point.engine import constants, table
from assay.laws.law import Array, Law

__all__ = ["best_starts", "resample_starts"]

_INTERIOR = 1e-2


def best_starts(
    law: Law,
    x: Array,
    y: Array,
    delta: float,
    keep: int,
    grid: Array | None = None,
    *,
    space: Space = "log",
) -> Array:
    """Return the ``keep`` best starting points for one data set, ``(keep, p)``, natural.

    ``grid`` is ``law.grid(x, y)``, made here if it is not given.
    """
    grid = law.grid(x, y) if grid is None else grid
    known = constants(law)
    scale = y if space == "log" else np.ones_like(y)
    if known is None:
        coefficients, objective = slow.profile_grid(law, x, y, scale, delta, grid)
    else:
        coefficients, objective = _core.profile_grid(
            law.name, known, table(x), y, scale, delta, table(grid)
        )
    order = np.argsort(objective, kind="stable")[:keep]
    return _interior(coefficients[order], grid[order], y)


def resample_starts(law: Law, x: Array, y: Array, center: Array) -> Array:
    """Return the best starting point of each of many data sets on the same ``x``, ``(b, p)``.

    Parameters
    ----------
    y
        Resampled losses, ``(b, n)``.
    center
        The losses that they scatter around, ``(n,)``: residuals are relative to these.
    """
    grid, known = law.grid(x, center), constants(law)
    if known is None:
        best, coefficients = slow.nearest_on_grid(law, x, y, center, grid)
    else:
        best, coefficients = _core.nearest_on_grid(
            law.name, known, table(x), table(y), center, table(grid)
        )
    return _interior(coefficients, grid[best], center)


def _interior(coefficients: Array, nonlinear: Array, y: Array) -> Array:
    """Join the parameters, with the linear ones off their bound so that a search can move them."""
    lifted = np.maximum(coefficients, _INTERIOR * float(np.min(y)))
    return np.concatenate([lifted, nonlinear], axis=-1)
