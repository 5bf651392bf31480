"""The point fit: one law, one data set, from several starts to one optimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.fit.objective import robust_delta
from assay.fit.solver import minimise
from assay.fit.starts import best_starts
from assay.laws.law import Array, Law

__all__ = ["DELTA_FLOOR", "Solution", "center", "solve"]

DELTA_FLOOR = 1e-3
"""Smallest default of Huber's delta, in log loss: few residuals can be small by chance."""
_STARTS = 3
_UNBOUNDED = 1e6
_AGREE = 1e-6
_VANISHED = 1e-3


@dataclass(frozen=True)
class Solution:
    """The optimum of one fit."""

    law: Law
    params: Array
    """Natural parameters, ``(p,)``."""
    objective: float
    """Sum of Huber's loss over the log residuals."""
    delta: float
    residuals: Array
    """Log of the loss minus log of the law."""
    converged: bool
    agreement: float
    """Share of the starts that reached this objective."""
    at_bound: tuple[str, ...]
    """Names of the parameters on a bound, a vanishing ``E`` included."""


def center(law: Law, x: Array) -> Array:
    """Return the scale of each predictor: the geometric mean of sizes, 1 for ratios.

    Centring lowers the condition number of the Chinchilla fit in log parameters a thousandfold.
    """
    return np.where(law.scaled, np.exp(np.mean(np.log(x), axis=-1)), 1.0)


def solve(
    law: Law, x: Array, y: Array, *, delta: float | None = None, floor: float = DELTA_FLOOR
) -> Solution:
    """Fit ``law`` to losses ``y (n,)`` at ``x (d, n)``.

    ``delta`` is Huber's, in log loss; by default 1.345 robust standard deviations of the
    residuals of a least-squares fit, at least ``floor``.
    """
    scale = center(law, x)
    centred, bounds = x / scale[:, None], law.bounds(y)
    starts = best_starts(law, centred, y, delta or _UNBOUNDED, _STARTS)
    if delta is None:
        squares = minimise(law, centred, y, _UNBOUNDED, starts, bounds)
        first = squares.params[np.argmin(squares.objective)]
        residuals = np.log(y) - np.log(law.value(centred, first))
        delta = robust_delta(residuals, len(law.parameters), floor)
        starts = np.vstack([first, best_starts(law, centred, y, delta, _STARTS)])
    solved = minimise(law, centred, y, delta, starts, bounds)
    best = int(np.argmin(solved.objective))
    lowest = float(solved.objective[best])
    agree = solved.objective <= lowest * (1.0 + _AGREE) + 1e-24
    held = [name for name, on in zip(law.parameters, solved.at_bound[best], strict=True) if on]
    params = law.rescale(solved.params[best], scale)
    if params[0] < _VANISHED * float(np.min(y)) and "E" not in held:
        held.append("E")
    return Solution(
        law=law,
        params=params,
        objective=lowest,
        delta=delta,
        residuals=np.log(y) - np.log(law.value(x, params)),
        converged=bool(solved.converged[best]),
        agreement=float(np.mean(agree)),
        at_bound=tuple(held),
    )
