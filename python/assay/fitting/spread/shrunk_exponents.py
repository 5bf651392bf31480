"""Joint fits: exponents shrunk towards their mean over sources, as far as the sources agree.

A short ladder alone says little of an exponent; ladders of one base on one target often share it
nearly, never exactly. Tying exponents errs as much as it gains, so each is drawn towards the mean
by how little the sources scatter beyond their own errors (DerSimonian and Laird 1986, Controlled
Clinical Trials 7:177, in log exponents).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assay.fitting.law_choice import Choice, WeightedLaw
from assay.fitting.point.solution import Solution, center, log_slopes, solve
from assay.laws.law import Array, LogPrior

__all__ = ["FEWEST", "shrunk"]

_EXPONENTS = ("alpha", "beta")
FEWEST = 3
_LEAST_SPREAD = 0.02


def shrunk(chosen: Sequence[Choice], sigma: float) -> list[Choice]:
    """Fit each law again, its exponents drawn towards their mean over the sources that share it.

    ``sigma`` is the run noise. Laws that fewer than three sources share stay as they are.
    """
    names = dict.fromkeys(f.solution.law.name for one in chosen for f in one.fitted)
    priors = {name: _prior(_sharing(chosen, name), sigma) for name in names}
    return [
        replace(
            one,
            fitted=tuple(_refitted(f, one, priors[f.solution.law.name]) for f in one.fitted),
        )
        for one in chosen
    ]


def _sharing(chosen: Sequence[Choice], name: str) -> list[tuple[Choice, WeightedLaw]]:
    return [(one, f) for one in chosen for f in one.fitted if f.solution.law.name == name]


def _refitted(fitted: WeightedLaw, one: Choice, prior: LogPrior) -> WeightedLaw:
    if not prior:
        return fitted
    old, points = fitted.solution, one.points
    new = solve(
        old.law,
        points.x(fitted.names),
        points.y,
        delta=old.delta,
        space=old.space,
        prior=prior,
    )
    return replace(fitted, solution=new)


def _prior(sharing: Sequence[tuple[Choice, WeightedLaw]], sigma: float) -> LogPrior:
    """Return mean and spread of each log exponent over the sources."""
    if len(sharing) < FEWEST:
        return {}
    law = sharing[0][1].solution.law
    columns = {n: law.parameters.index(n) for n in _EXPONENTS if n in law.parameters}
    logs = np.log([f.solution.params for _, f in sharing])
    errors = np.array([_variances(f.solution, one, f.names, sigma) for one, f in sharing])
    return {name: _pooled(logs[:, i], errors[:, i]) for name, i in columns.items()}


def _variances(solution: Solution, one: Choice, names: Sequence[str], sigma: float) -> Array:
    """Return the variance of each log parameter that run noise ``sigma`` gives."""
    law, x = solution.law, one.points.x(names)
    scale = center(law, x)
    params = law.rescale(solution.params, 1.0 / scale)
    slopes = log_slopes(law, x / scale[:, None], params)
    return np.asarray(sigma**2 * np.diag(np.linalg.pinv(slopes.T @ slopes, rcond=1e-12)))


def _pooled(values: Array, variances: Array) -> tuple[float, float]:
    """Return the mean of ``values`` and the standard deviation between them beyond their errors."""
    weights = 1.0 / np.maximum(variances, _LEAST_SPREAD**2)
    mean = weights @ values / weights.sum()
    excess = weights @ (values - mean) ** 2 - (len(values) - 1)
    between = max(excess / (weights.sum() - weights @ weights / weights.sum()), 0.0)
    weights = 1.0 / (np.maximum(variances, _LEAST_SPREAD**2) + between)
    mean = weights @ values / weights.sum()
    return float(mean), float(np.sqrt(between + 1.0 / weights.sum() + _LEAST_SPREAD**2))
