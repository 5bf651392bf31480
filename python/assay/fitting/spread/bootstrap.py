"""Resampled fits: the parameters that other runs of the same study could have given.

Whole runs are the unit. Forty runs or more are redrawn with replacement. Fewer cannot be: one or
two runs per budget redrawn would lose budgets, and two replicates redrawn have half their
variance. The fitted losses plus run noise are then refitted, with noise pooled over sources from
seed replicates (else from residuals) and itself redrawn for its few degrees of freedom.

Numbers are shared between sources only where they stand for the same thing: redrawn runs use the
same positions in every source, and the pooled noise the same scale. The noise of runs is drawn
apart for each source, because equal seeds do not make equal noise: measured differences between
sources scatter as much with a shared seed as with independent ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.fitting.point.solution import Solution, center, prior_of
from assay.fitting.point.solver import minimise
from assay.fitting.point.starts import resample_starts
from assay.fitting.points import Points, cells
from assay.fitting.random_streams import noise_scales, stream
from assay.fitting.spread.noise import Noise
from assay.laws.law import Array

__all__ = ["MANY_RUNS", "bootstrap", "resampling"]

MANY_RUNS = 40
_TOLERANCE = 1e-8
_ITERATIONS = 50
_FEW = 5
"""With fewer runs per parameter a resample's optimum may lie far from the optimum of the data, so
that the search must start anew."""


def bootstrap(
    solution: Solution,
    points: Points,
    names: Sequence[str],
    noise: Noise,
    resamples: int,
    random_state: int,
) -> Array:
    """Return refitted parameters, ``(resamples, p)``, natural."""
    if resamples == 0:
        return np.empty((0, len(solution.params)))
    _, owner = np.unique(points.run, return_inverse=True)
    x, scale = points.x(names), center(solution.law, points.x(names))
    y, weights = points.y, None
    warm = solution.law.rescale(solution.params, 1.0 / scale)
    starts = np.tile(warm, (resamples, 1))
    if resampling(points) == "runs":
        weights = _redrawn_runs(points, names, owner, len(warm), resamples, random_state)
    else:
        fitted = solution.law.value(x, solution.params)
        y = fitted * np.exp(_noise(points.source, owner, noise, resamples, random_state))
        if len(points) < _FEW * len(warm):
            starts = resample_starts(solution.law, x / scale[:, None], y, fitted)
    solved = minimise(
        solution.law,
        x / scale[:, None],
        y,
        solution.delta,
        starts,
        solution.law.bounds(points.y),
        weights=weights,
        prior=prior_of(solution.law, solution.prior, solution.delta),
        space=solution.space,
        tolerance=_TOLERANCE,
        iterations=_ITERATIONS,
    )
    return solution.law.rescale(solved.params, scale)


def resampling(points: Points) -> Literal["runs", "noise"]:
    """Return what is redrawn for ``points``: whole runs where there are many, else the noise."""
    return "runs" if len(np.unique(points.run)) >= MANY_RUNS else "noise"


def _redrawn_runs(
    points: Points,
    names: Sequence[str],
    owner: NDArray[np.intp],
    needed: int,
    resamples: int,
    random_state: int,
) -> Array:
    """Return how often each row is drawn, ``(resamples, n)``, never losing too many settings."""
    rng, runs = stream(random_state, "runs"), int(owner.max()) + 1
    groups = cells(points, names)
    member = np.zeros((len(points), len(groups)))
    for i, cell in enumerate(groups):
        member[cell.rows, i] = 1.0
    weights = np.zeros((resamples, len(points)))
    poor = np.arange(resamples)
    while len(poor):
        drawn = rng.multinomial(runs, np.full(runs, 1.0 / runs), size=len(poor))
        weights[poor] = drawn[:, owner]
        settings = np.count_nonzero(weights[poor] @ member, axis=1)
        poor = poor[settings < needed]
    return weights


def _noise(
    source: str, owner: NDArray[np.intp], noise: Noise, resamples: int, random_state: int
) -> Array:
    """Return what to add to the log loss of each row, ``(resamples, n)``; equal in one run."""
    scales = noise_scales(random_state, noise.sigma, noise.freedom, resamples)
    rng = stream(random_state, "noise", source)
    return scales[:, None] * rng.standard_normal((resamples, int(owner.max()) + 1))[:, owner]
