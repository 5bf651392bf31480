"""The point fit: one law, one data set, from several starts to one optimum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np

from assay.fitting.member import Diagnostics
from assay.fitting.objective import HUBER_EFFICIENT, Space, huber, robust_delta
from assay.fitting.point.solver import Solved, minimise
from assay.fitting.point.starts import best_starts
from assay.immutable import read_only
from assay.laws.law import Array, Law, LogPrior

__all__ = [
    "DELTA_FLOOR",
    "Solution",
    "Space",
    "center",
    "log_slopes",
    "prior_of",
    "residuals_of",
    "solve",
]

DELTA_FLOOR = 1e-3
"""Smallest default of Huber's delta, in log loss: few residuals can be small by chance."""
_STARTS = 3
_UNBOUNDED = 1e6
_ROUNDS = 2
_LARGEST_SIGMA = 0.01
_AGREE = 1e-6
_VANISHED = 1e-3


@dataclass(frozen=True)
class Solution:
    """The optimum of one fit."""

    law: Law
    params: Array
    """Natural parameters, ``(p,)``."""
    objective: float
    """Sum of Huber's loss over the residuals, without the law's prior."""
    delta: float
    space: Space
    prior: LogPrior
    """What was known of parameters beforehand."""
    residuals: Array
    """Log of the loss minus log of the law."""
    converged: bool
    diagnostics: Diagnostics


def center(law: Law, x: Array) -> Array:
    """Return the scale of each predictor: the geometric mean of sizes, 1 for ratios.

    Centring lowers the condition number of the Chinchilla fit in log parameters a thousandfold.
    """
    scale = np.ones(len(x))
    sizes = np.array(law.scaled)
    scale[sizes] = np.exp(np.mean(np.log(x[sizes]), axis=-1))
    return scale


def prior_of(law: Law, known: LogPrior, delta: float) -> tuple[Array, Array] | None:
    """Return mean and precision of the log parameters from what is ``known`` of some of them.

    The objective counts in squared residuals, so that a standard deviation of 1 becomes a
    precision of the residuals' variance, which Huber's ``delta`` stands for (up to a percent: a
    larger one stands for least squares).
    """
    if not known:
        return None
    sigma = min(delta / HUBER_EFFICIENT, _LARGEST_SIGMA)
    mean, precision = np.zeros(len(law.parameters)), np.zeros(len(law.parameters))
    for name, (middle, spread) in known.items():
        i = law.parameters.index(name)
        mean[i], precision[i] = middle, (sigma / spread) ** 2
    return mean, precision


def solve(
    law: Law,
    x: Array,
    y: Array,
    *,
    delta: float | None = None,
    floor: float = DELTA_FLOOR,
    space: Space = "log",
    prior: LogPrior | None = None,
) -> Solution:
    """Fit ``law`` to losses ``y (n,)`` at ``x (d, n)``.

    ``delta`` is Huber's delta, in log loss (in the loss for ``space="loss"``). By default it is
    1.345 robust standard deviations of the residuals, at least ``floor``. ``prior`` gives mean and
    standard deviation of the logarithm of some parameters, in addition to the law's own prior; no
    centring may change these parameters.

    A fit of the same numbers is not made twice: a back-test asks again for what the hold-outs of
    the fit have solved.
    """
    known = {**law.log_prior, **(prior or {})}
    sizes, losses = (np.ascontiguousarray(a, dtype=np.float64) for a in (x, y))
    at = sizes.shape, sizes.tobytes(), losses.tobytes()
    return _solve(cast(Any, law), *at, delta, floor, space, tuple(known.items()))


@lru_cache(maxsize=2048)
def _solve(
    law: Any,
    shape: tuple[int, int],
    sizes: bytes,
    losses: bytes,
    delta: float | None,
    floor: float,
    space: Space,
    prior: tuple[tuple[str, tuple[float, float]], ...],
) -> Solution:
    known, x, y = dict(prior), np.frombuffer(sizes).reshape(shape), np.frombuffer(losses)
    scale = center(law, x)
    centred, bounds = x / scale[:, None], law.bounds(y)
    search = _Search(law, centred, y, bounds, space, known, law.grid(centred, y))
    starts = search.starts(_UNBOUNDED if delta is None else delta)
    if delta is None:
        starts, delta = search.own_delta(starts, floor)
    solved = search.at(delta, starts)
    best = int(np.argmin(solved.objective))
    lowest = float(solved.objective[best])
    agree = solved.objective <= lowest * (1.0 + _AGREE) + 1e-24
    held = [name for name, on in zip(law.parameters, solved.at_bound[best], strict=True) if on]
    params = law.rescale(solved.params[best], scale)
    if params[0] < _VANISHED * float(np.min(y)) and "E" not in held:
        held.append("E")
    condition, ridge = _conditioning(law, centred, solved.params[best])
    final = residuals_of(law, centred, y, solved.params[best], space)
    return Solution(
        law=law,
        params=read_only(params),
        objective=float(np.sum(huber(final, delta))),
        delta=delta,
        space=space,
        prior=known,
        residuals=read_only(residuals_of(law, centred, y, solved.params[best], "log")),
        converged=bool(solved.converged[best]),
        diagnostics=Diagnostics(
            agreement=float(np.mean(agree)),
            condition=condition,
            ridge=dict(zip(law.parameters, ridge.tolist(), strict=True)),
            at_bound=tuple(held),
        ),
    )


@dataclass(frozen=True)
class _Search:
    law: Law
    x: Array
    """Centred."""
    y: Array
    bounds: tuple[Array, Array]
    space: Space
    known: LogPrior
    grid: Array

    def starts(self, delta: float) -> Array:
        return best_starts(self.law, self.x, self.y, delta, _STARTS, self.grid, space=self.space)

    def at(self, delta: float, starts: Array) -> Solved:
        prior = prior_of(self.law, self.known, delta)
        return minimise(
            self.law, self.x, self.y, delta, starts, self.bounds, prior=prior, space=self.space
        )

    def own_delta(self, starts: Array, floor: float) -> tuple[Array, float]:
        """Return delta from the residuals, and starts for it.

        Least squares may be dragged by one bad run, and with it the scale of the residuals: the
        second round takes the scale from a fit that is robust to it.
        """
        unit = 1.0 if self.space == "log" else float(np.mean(self.y))
        delta = _UNBOUNDED
        for _ in range(_ROUNDS):
            best = self._best(self.at(delta, starts))
            rest = residuals_of(self.law, self.x, self.y, best, self.space)
            delta = robust_delta(rest, len(self.law.parameters), floor * unit)
            starts = np.vstack([best, self.starts(delta)])
        return starts, delta

    @staticmethod
    def _best(solved: Solved) -> Array:
        return np.asarray(solved.params[np.argmin(solved.objective)])


def residuals_of(law: Law, x: Array, y: Array, params: Array, space: Space) -> Array:
    """Return the residuals of the losses ``y (n,)`` about the law."""
    value = law.value(x, params)
    return np.asarray(y - value if space == "loss" else np.log(y) - np.log(value))


def log_slopes(law: Law, x: Array, params: Array) -> Array:
    """Return the slopes of the log loss by the log parameters ``(p,)``, ``(n, p)``."""
    return np.asarray(law.gradient(x, params) * params / law.value(x, params)[:, None])


def _conditioning(law: Law, x: Array, params: Array) -> tuple[float | None, Array]:
    """Return the condition number of J'J and the direction it determines least."""
    _, sizes, directions = np.linalg.svd(log_slopes(law, x, params), full_matrices=False)
    if sizes[-1] <= 0.0 or len(sizes) < len(params):
        return None, directions[-1]
    return float((sizes[0] / sizes[-1]) ** 2), directions[-1]
