"""The methods of the engine in numpy, for laws it does not know and to check it against.

Damped Newton on the Huber objective. The unknowns are the logarithms of the parameters. The
gradient is exact; of the Hessian only the term with the second derivatives of the law is a central
difference (of the exact gradient), and its eigenvalues are taken by absolute value, so that every
step descends.

Where few residuals are within delta, the objective has a kink at nearly every residual, and a
search can take many small steps from one to the next. Searches that are not short therefore go
through minima for wider deltas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.fitting.objective import huber
from assay.laws.law import Array, Law

__all__ = ["minimise", "nearest_on_grid", "nonnegative", "profile_grid"]

_DIFFERENCE = 1e-5
_LONGEST_STEP = 2.0
_DAMPING = (1e-4, 1e-12, 1e12)
_SETTLED = 1e-10
_GOOD_ENOUGH = 1e-6
_ROUNDING = 1e-14
_SHORT = 20
_WIDENING = 4.0
_LOOSE = 1e-4
_WORTH = 0.1
"""Least share of the expected gain that two steps together must bring."""
_TINY = 1e-300
_NOTHING = 1e-30
"""Half the square of a rounding error of a residual, amply."""
_LEAST_CURVATURE = 1e-14
_CHUNK_ELEMENTS = 4_000_000
_REWEIGHTINGS = 2
_RIDGE = 1e-12


@dataclass(frozen=True)
class _Problem:
    law: Law
    x: Array
    target: Array
    weights: Array
    mean: Array
    precision: Array
    low: Array
    high: Array
    delta: Array
    in_logs: bool

    def take(self, rows: NDArray[np.intp]) -> _Problem:
        names = ("target", "weights", "mean", "precision", "low", "high", "delta")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def residuals(self, logs: Array) -> Array:
        value = self.law.value(self.x, np.exp(logs))
        return np.asarray(self.target - (np.log(value) if self.in_logs else value))

    def influence(self, residuals: Array) -> Array:
        return np.clip(residuals, -self.delta, self.delta)

    def objective(self, logs: Array) -> Array:
        residuals = self.residuals(logs)
        clipped = self.influence(residuals)
        misfit = np.sum(self.weights * clipped * (residuals - 0.5 * clipped), axis=-1)
        return np.asarray(misfit + 0.5 * np.sum(self.precision * (logs - self.mean) ** 2, axis=-1))

    def slopes(self, logs: Array) -> Array:
        """Return the derivative of the (log) loss by the log parameters, ``(b, n, p)``."""
        params = np.exp(logs)
        gradient = self.law.gradient(self.x, params) * params[..., None, :]
        return gradient / self.law.value(self.x, params)[..., None] if self.in_logs else gradient

    def derivatives(self, logs: Array) -> tuple[Array, Array]:
        """Return the gradient ``(b, p)`` and the Hessian ``(b, p, p)`` of the objective."""
        count = logs.shape[-1]
        around = np.concatenate([np.zeros((1, count)), np.eye(count), -np.eye(count)])
        places = (logs[:, None] + _DIFFERENCE * around).reshape(-1, count)
        slopes_around = self.slopes(places).reshape(
            len(logs), 2 * count + 1, self.x.shape[-1], count
        )
        residuals, slopes = self.residuals(logs), slopes_around[:, 0]
        pull = self.weights * self.influence(residuals)
        inside = self.weights * (np.abs(residuals) <= self.delta)
        gradient = self.precision * (logs - self.mean) - np.einsum("bnp,bn->bp", slopes, pull)
        hessian = np.einsum("bnp,bnq->bpq", slopes * inside[..., None], slopes)
        ahead, behind = slopes_around[:, 1 : count + 1], slopes_around[:, count + 1 :]
        hessian -= np.einsum("bjnp,bn->bjp", ahead - behind, pull) / (2 * _DIFFERENCE)
        hessian += self.precision[:, None] * np.eye(count)
        return gradient, 0.5 * (hessian + hessian.swapaxes(-1, -2))


def minimise(
    law: Law,
    x: Array,
    y: Array,
    delta: float,
    starts: Array,
    bounds: tuple[Array, Array],
    weights: Array | None,
    prior: tuple[Array, Array] | None,
    space: Literal["log", "loss"],
    tolerance: float,
    iterations: int,
) -> tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what :func:`assay.fitting.point.solver.minimise` does, as a tuple."""
    points, width = x.shape[-1], starts.shape[1]
    size = max(1, _CHUNK_ELEMENTS // (points * width * (2 * width + 1)))
    mean, precision = prior if prior is not None else (np.zeros(width), np.zeros(width))

    def rows(values: Array) -> Array:
        return np.broadcast_to(values, (len(starts), np.shape(values)[-1]))

    problem = _Problem(
        law,
        x,
        rows(np.log(y) if space == "log" else y),
        rows(np.ones(points) if weights is None else weights),
        rows(mean),
        rows(precision),
        rows(np.log(bounds[0])),
        rows(np.log(bounds[1])),
        np.full((len(starts), 1), delta),
        space == "log",
    )
    chunks = np.split(np.arange(len(starts)), range(size, len(starts), size))
    parts = [
        _search(problem.take(chunk), np.log(starts[chunk]), tolerance, iterations)
        for chunk in chunks
    ]
    logs, objective, expected = (np.concatenate(part) for part in zip(*parts, strict=True))
    at_bound = (logs <= problem.low) | (logs >= problem.high)
    return np.exp(logs), objective, expected <= _GOOD_ENOUGH, at_bound


def _search(
    problem: _Problem, logs: Array, tolerance: float, iterations: int
) -> tuple[Array, Array, Array]:
    """Return logs, objectives and the gains (as shares) that a further step expects."""
    short = min(iterations, _SHORT)
    logs, objective, expected = _descend(problem, logs, tolerance, short)
    left = np.flatnonzero((expected > tolerance) & np.isfinite(objective))
    if len(left) == 0 or iterations == short:
        return logs, objective, expected
    part, there = problem.take(left), logs[left]
    spread = objective[left] / (part.delta[:, 0] * part.weights.sum(axis=-1))
    ratio = 2.0 * spread / part.delta[:, 0]
    widenings = np.ceil(np.log(np.maximum(ratio, 1.0)) / np.log(_WIDENING)).astype(int)
    for count in range(widenings.max(), 0, -1):
        rows = np.flatnonzero(widenings >= count)
        wide = part.take(rows)
        wide = replace(wide, delta=wide.delta * _WIDENING**count)
        there[rows] = _descend(wide, there[rows], _LOOSE, short)[0]
    there, reached, rest = _descend(part, there, tolerance, iterations)
    # Where the detour led to a worse minimum, take the long way.
    worse = np.flatnonzero(reached > objective[left])
    there[worse], reached[worse], rest[worse] = _descend(
        part.take(worse), logs[left[worse]], tolerance, iterations
    )
    logs[left], objective[left], expected[left] = there, reached, rest
    return logs, objective, expected


def _descend(
    problem: _Problem, logs: Array, tolerance: float, iterations: int
) -> tuple[Array, Array, Array]:
    logs = np.clip(logs, problem.low, problem.high)
    objective = problem.objective(logs)
    damping = np.full(len(logs), _DAMPING[0])
    expected = np.full(len(logs), np.inf)
    alive = np.arange(len(logs))
    for _ in range(iterations):
        part, here = problem.take(alive), logs[alive]
        step, decrement = _newton_step(part, here, damping[alive])
        worth = _WORTH * decrement
        nothing = decrement <= _NOTHING * part.weights.sum(axis=-1)
        expected[alive] = np.where(nothing, 0.0, decrement / (objective[alive] + _TINY))
        searching = (expected[alive] > tolerance) & (damping[alive] < _DAMPING[2])
        alive, step, worth = alive[searching], step[searching], worth[searching]
        if len(alive) == 0:
            break
        part = problem.take(alive)
        there = np.clip(logs[alive] + step, part.low, part.high)
        reached = part.objective(there)
        slack = _ROUNDING * (expected[alive] <= _SETTLED)
        better = reached <= objective[alive] * (1.0 + slack)
        damping[alive] = np.maximum(damping[alive] * np.where(better, 0.1, 1.0), _DAMPING[1])
        # A step up the wall of a curved valley is forgiven if the next comes out below.
        worse = np.flatnonzero(~better)
        again = part.take(worse)
        step, _ = _newton_step(again, there[worse], damping[alive[worse]])
        there[worse] = np.clip(there[worse] + step, again.low, again.high)
        reached[worse] = again.objective(there[worse])
        gain = objective[alive[worse]] - reached[worse]
        better[worse] = gain > 0.0
        # Little gained: the pair leads back to where it began, from kink to kink.
        damping[alive[worse[gain < worth[worse]]]] *= 10.0
        moved = alive[better]
        logs[moved], objective[moved] = there[better], reached[better]
    return logs, objective, expected


def _newton_step(problem: _Problem, logs: Array, damping: Array) -> tuple[Array, Array]:
    """Return the step and half the squared Newton decrement (the gain an undamped step expects)."""
    gradient, hessian = problem.derivatives(logs)
    held = (logs <= problem.low) & (gradient >= 0) | (logs >= problem.high) & (gradient <= 0)
    gradient = np.where(held, 0.0, gradient)
    hessian = np.where(held[:, None] | held[..., None], 0.0, hessian)
    values, vectors = np.linalg.eigh(hessian)
    curvature = np.abs(values)
    largest = curvature.max(axis=-1, keepdims=True) + _TINY
    curvature = np.maximum(curvature, _LEAST_CURVATURE * largest)
    along = np.einsum("bpq,bp->bq", vectors, gradient)
    decrement = 0.5 * np.sum(along**2 / curvature, axis=-1)
    step = -np.einsum("bpq,bq->bp", vectors, along / (curvature + damping[:, None] * largest))
    length = np.abs(step).max(axis=-1, keepdims=True)
    return step * np.minimum(1.0, _LONGEST_STEP / np.maximum(length, _TINY)), decrement


def profile_grid(
    law: Law, x: Array, y: Array, scale: Array, delta: float, grid: Array
) -> tuple[Array, Array]:
    """Return the best linear parameters at each row of a grid, and Huber's loss with them.

    Parameters
    ----------
    scale
        What residuals are divided by, ``(n,)``.
    grid
        Nonlinear parameters, ``(g, p - linear)``.

    Returns
    -------
    coefficients ``(g, linear)`` and objectives ``(g,)``, by reweighted least squares.
    """
    offset, basis = law.terms(x, grid)
    relative, target = basis / scale[:, None], (y - offset) / scale
    weights = np.ones_like(target)
    for _ in range(1 + _REWEIGHTINGS):
        weighted = relative * weights[..., None]
        normal = np.einsum("gnk,gnl->gkl", weighted, relative)
        coefficients, _ = nonnegative(normal, np.einsum("gnk,gn->gk", weighted, target))
        residuals = target - np.einsum("gnk,gk->gn", relative, coefficients)
        weights = delta / np.maximum(np.abs(residuals), delta)
    return coefficients, huber(residuals, delta).sum(axis=-1)


def nearest_on_grid(
    law: Law, x: Array, y: Array, scale: Array, grid: Array
) -> tuple[NDArray[np.intp], Array]:
    """Return, for each data set ``y (b, n)``, the best row of a grid by least squares.

    Returns
    -------
    rows ``(b,)`` and their linear parameters ``(b, linear)``.
    """
    offset, basis = law.terms(x, grid)
    relative = basis / scale[:, None]
    normal = np.einsum("gnk,gnl->gkl", relative, relative)[:, None]
    targets = (y[None] - offset[:, None]) / scale
    right = np.einsum("gnk,gbn->gbk", relative, targets)
    coefficients, value = nonnegative(normal, right)
    value = value + 0.5 * np.sum(targets**2, axis=-1)
    best = np.argmin(value, axis=0)
    return best, coefficients[best, np.arange(len(best))]


def nonnegative(normal: Array, right: Array) -> tuple[Array, Array]:
    """Minimise ``c' N c / 2 - c' b`` over ``c >= 0`` by trying every set of positive ``c``.

    Parameters
    ----------
    normal
        ``N``, ``(..., k, k)``, with ``k`` at most 3.
    right
        ``b``, ``(..., k)``, broadcast against ``normal``.

    Returns
    -------
    coefficients ``(..., k)`` and the value at the minimum ``(...)``.
    """
    k = right.shape[-1]
    shape = np.broadcast_shapes(normal.shape[:-2], right.shape[:-1])
    best = np.zeros((*shape, k))
    lowest = np.zeros(shape)
    for chosen in (list(s) for size in range(1, k + 1) for s in combinations(range(k), size)):
        block = normal[..., chosen, :][..., chosen]
        scale = np.trace(block, axis1=-2, axis2=-1)[..., None, None] + 1e-300
        damped = block + _RIDGE * scale * np.eye(len(chosen))
        target = right[..., chosen]
        solution = (np.linalg.inv(damped) @ target[..., None])[..., 0]
        value = -0.5 * np.sum(solution * target, axis=-1)
        better = (value < lowest) & np.all(solution >= 0.0, axis=-1)
        lowest = np.where(better, value, lowest)
        candidate = np.zeros((*shape, k))
        candidate[..., chosen] = solution
        best = np.where(better[..., None], candidate, best)
    return best, lowest
