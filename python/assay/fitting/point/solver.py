"""Minimising Huber's loss for many data sets at once, in the compiled engine or in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import _core
from assay.fitting.objective import Space
from assay.fitting.point import slow
from assay.fitting.point.engine import constants, table
from assay.laws.law import Array, Law

__all__ = ["EXACT", "Solved", "minimise"]

EXACT = 1e-16
"""Default tolerance: the gain a further step expects, as a share of the objective."""


@dataclass(frozen=True)
class Solved:
    """Where the search ended, for each start."""

    params: Array
    """Natural parameters, ``(b, p)``."""
    objective: Array
    """Huber's loss plus the prior, ``(b,)``."""
    converged: NDArray[np.bool_]
    at_bound: NDArray[np.bool_]
    """Which parameters ended on a bound, ``(b, p)``."""


def minimise(
    law: Law,
    x: Array,
    y: Array,
    delta: float,
    starts: Array,
    bounds: tuple[Array, Array],
    *,
    weights: Array | None = None,
    prior: tuple[Array, Array] | None = None,
    space: Space = "log",
    tolerance: float = EXACT,
    iterations: int = 1000,
) -> Solved:
    """Minimise the weighted sum of Huber's loss from each start.

    The engine does it for the laws it knows, on all cores; :mod:`assay.fitting.point.slow` for
    all others.

    Parameters
    ----------
    x
        Predictors, ``(d, n)``, centred.
    y
        Losses, ``(n,)`` for one data set or ``(b, n)`` for one per start.
    delta
        Huber's delta, in the unit of the residuals.
    starts
        Natural parameters, ``(b, p)``.
    bounds
        Lower and upper bounds, ``(p,)`` or ``(b, p)`` each, natural; equal ones hold a parameter.
    weights
        Counts of the runs, ``(b, n)``; all 1 if not given.
    prior
        Mean and precision of the logarithms of the parameters, ``(p,)`` or ``(b, p)`` each: adds
        ``precision (log params - mean)^2 / 2`` to the objective.
    space
        Whether residuals are differences of log losses or of losses.
    tolerance
        The search of a data set ends when a step expects less than this share of its objective.
    iterations
        Most steps.
    """
    known = constants(law)
    if known is None:
        return Solved(
            *slow.minimise(
                law, x, y, delta, starts, bounds, weights, prior, space, tolerance, iterations
            )
        )
    low, high = bounds
    return Solved(
        *_core.minimise(
            law.name,
            known,
            table(x),
            table(y),
            delta,
            table(starts),
            (table(low), table(high)),
            None if weights is None else table(weights),
            None if prior is None else (table(prior[0]), table(prior[1])),
            space,
            tolerance,
            iterations,
        )
    )
