"""How much one run scatters about its mean, in log loss, pooled over sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assay.fitting.point.solution import Solution
from assay.fitting.points import Points, cells

__all__ = ["ASSUMED", "Noise", "lacks_fit", "own_residuals", "replicates", "residuals"]

_ENOUGH = 2
_SIGNIFICANT = 0.05
_ASSUMED_SIGMA = 0.01


@dataclass(frozen=True)
class Noise:
    """A standard deviation in log loss, and what it was estimated from."""

    sigma: float
    freedom: int
    """Degrees of freedom of the estimate; 0 if it is assumed."""


ASSUMED = Noise(_ASSUMED_SIGMA, 0)
"""Used if no run was repeated and every law passes through all its points; ``fit`` warns of it."""


def replicates(sources: Iterable[Points]) -> Noise | None:
    """Estimate the noise from runs repeated with equal columns; ``None`` without enough of them."""
    total, freedom = 0.0, 0
    for points in sources:
        for cell in cells(points, list(points.columns)):
            if len(cell.rows) == 1:
                continue
            logs = np.log(points.y[cell.rows])
            total += float(np.sum((logs - logs.mean()) ** 2))
            freedom += len(logs) - 1
    return Noise(float(np.sqrt(total / freedom)), freedom) if freedom >= _ENOUGH else None


def residuals(solutions: Iterable[Solution]) -> Noise | None:
    """Estimate the noise from the residuals of all fits; ``None`` if all are exact by count."""
    solutions = list(solutions)
    total = sum(float(np.sum(s.residuals**2)) for s in solutions)
    freedom = sum(_freedom(s) for s in solutions)
    return Noise(float(np.sqrt(total / freedom)), freedom) if freedom > 0 else None


def own_residuals(solution: Solution) -> Noise:
    """Return the residual noise of one fit that has more runs than parameters."""
    freedom = _freedom(solution)
    return Noise(float(np.sqrt(np.sum(solution.residuals**2) / freedom)), freedom)


def lacks_fit(solution: Solution, noise: Noise) -> bool:
    """Test whether residuals exceed the run noise (F test at 5%)."""
    from scipy.special import fdtrc

    if _freedom(solution) == 0 or noise.freedom == 0:
        return False
    own = own_residuals(solution)
    if own.sigma <= noise.sigma or own.sigma < 1e-9:
        return False
    ratio = (own.sigma / noise.sigma) ** 2 if noise.sigma > 0 else np.inf
    return bool(fdtrc(own.freedom, noise.freedom, ratio) < _SIGNIFICANT)


def _freedom(solution: Solution) -> int:
    return max(len(solution.residuals) - len(solution.params), 0)
