"""Damped Newton on the Huber objective, for many data sets at once.

The unknowns are the logarithms of the parameters. The gradient is exact; of the Hessian only the
term with the second derivatives of the law is a central difference (of the exact gradient), and
its eigenvalues are taken by absolute value, so that every step descends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.fit.objective import huber, influence
from assay.laws.law import Array, Law

__all__ = ["EXACT", "Solved", "minimise"]

EXACT = 1e-16
"""Default tolerance: the gain a further step expects, as a share of the objective."""

_DIFFERENCE = 1e-5
_LONGEST_STEP = 2.0
_DAMPING = (1e-3, 1e-12, 1e12)
_SETTLED = 1e-10
_GOOD_ENOUGH = 1e-6
_ROUNDING = 1e-14
_RIDGE = 1e-14
_SMALLEST_FACTOR = 1e-3
_TINY = 1e-30
_CHUNK_ELEMENTS = 4_000_000


@dataclass(frozen=True)
class Solved:
    """Where the search ended, for each start."""

    params: Array
    """Natural parameters, ``(b, p)``."""
    objective: Array
    converged: NDArray[np.bool_]
    at_bound: NDArray[np.bool_]
    """Which parameters ended on a bound, ``(b, p)``."""


@dataclass(frozen=True)
class _Problem:
    law: Law
    x: Array
    target: Array
    weights: Array
    delta: float

    def take(self, rows: NDArray[np.intp]) -> _Problem:
        return _Problem(self.law, self.x, self.target[rows], self.weights[rows], self.delta)

    def residuals(self, logs: Array) -> Array:
        return self.target - np.log(self.law.value(self.x, np.exp(logs)))

    def objective(self, logs: Array) -> Array:
        return np.asarray(np.sum(self.weights * huber(self.residuals(logs), self.delta), axis=-1))

    def slopes(self, logs: Array) -> Array:
        """Return the derivative of the log loss by the log parameters, ``(b, n, p)``."""
        params = np.exp(logs)
        gradient = self.law.gradient(self.x, params) * params[..., None, :]
        return np.asarray(gradient / self.law.value(self.x, params)[..., None])

    def derivatives(self, logs: Array) -> tuple[Array, Array]:
        """Return the gradient ``(b, p)`` and the Hessian ``(b, p, p)`` of the objective."""
        count = logs.shape[-1]
        around = np.concatenate([np.zeros((1, count)), np.eye(count), -np.eye(count)])
        places = (logs[:, None] + _DIFFERENCE * around).reshape(-1, count)
        slopes_around = self.slopes(places).reshape(len(logs), 2 * count + 1, -1, count)
        residuals, slopes = self.residuals(logs), slopes_around[:, 0]
        pull = self.weights * influence(residuals, self.delta)
        inside = self.weights * (np.abs(residuals) <= self.delta)
        gradient = -np.einsum("bnp,bn->bp", slopes, pull)
        hessian = np.einsum("bnp,bnq->bpq", slopes * inside[..., None], slopes)
        ahead, behind = slopes_around[:, 1 : count + 1], slopes_around[:, count + 1 :]
        hessian -= np.einsum("bjnp,bn->bjp", ahead - behind, pull) / (2 * _DIFFERENCE)
        return gradient, 0.5 * (hessian + hessian.swapaxes(-1, -2))

    def project(self, logs: Array) -> Array:
        """Move the linear parameters to their (reweighted least-squares) best, others fixed.

        A step taken in all parameters leaves the curved valley of ``E``, ``A`` and the exponent;
        this brings it back, so that a few steps replace a hundred.
        """
        linear = self.law.linear
        params = np.exp(logs)
        value = self.law.value(self.x, params)
        _, basis = self.law.terms(self.x, params[..., linear:])
        slopes = basis * params[..., None, :linear] / value[..., None]
        residuals = self.target - np.log(value)
        weights = self.weights * self.delta / np.maximum(np.abs(residuals), self.delta)
        normal = np.einsum("bnk,bn,bnl->bkl", slopes, weights, slopes)
        normal += _RIDGE * np.trace(normal, axis1=-2, axis2=-1)[:, None, None] * np.eye(linear)
        right = np.einsum("bnk,bn,bn->bk", slopes, weights, residuals)
        change = np.linalg.solve(normal, right[..., None])[..., 0]
        moved = logs.copy()
        moved[:, :linear] += np.log(np.maximum(1.0 + change, _SMALLEST_FACTOR))
        return moved


def minimise(
    law: Law,
    x: Array,
    y: Array,
    delta: float,
    starts: Array,
    bounds: tuple[Array, Array],
    *,
    weights: Array | None = None,
    tolerance: float = EXACT,
    iterations: int = 200,
) -> Solved:
    """Minimise ``sum_i w_i huber(log y_i - log f(x_i))`` from each start.

    Parameters
    ----------
    x
        Predictors, ``(d, n)``, each centred near 1.
    y
        Losses, ``(n,)`` for one data set or ``(b, n)`` for one per start.
    starts
        Natural parameters, ``(b, p)``.
    bounds
        Lower and upper bounds, ``(p,)`` each, natural.
    weights
        Counts of the runs, ``(b, n)``; all 1 if not given.
    tolerance
        The search of a data set ends when a step expects less than this share of its objective.
    iterations
        Most steps.
    """
    count, points = len(starts), x.shape[-1]
    target = np.broadcast_to(np.log(y), (count, points))
    counts = np.ones((count, points)) if weights is None else weights
    problem = _Problem(law, x, target, counts, delta)
    size = max(1, _CHUNK_ELEMENTS // (points * starts.shape[1] * (2 * starts.shape[1] + 1)))
    rows = np.arange(count)
    chunks = [rows[i : i + size] for i in range(0, count, size)]
    low, high = np.log(bounds[0]), np.log(bounds[1])
    parts = [
        _descend(problem.take(chunk), np.log(starts[chunk]), low, high, tolerance, iterations)
        for chunk in chunks
    ]
    logs, objective, converged = (np.concatenate(part) for part in zip(*parts, strict=True))
    at_bound = (logs <= low) | (logs >= high)
    return Solved(np.exp(logs), objective, converged, at_bound)


def _descend(
    problem: _Problem, logs: Array, low: Array, high: Array, tolerance: float, iterations: int
) -> tuple[Array, Array, NDArray[np.bool_]]:
    logs = np.clip(logs, low, high)
    objective = problem.objective(logs)
    damping = np.full(len(logs), _DAMPING[0])
    converged = np.zeros(len(logs), dtype=bool)
    alive = np.arange(len(logs))
    for _ in range(iterations):
        if len(alive) == 0:
            break
        part, here = problem.take(alive), logs[alive]
        step, decrement = _newton_step(part, here, low, high, damping[alive])
        there = np.clip(here + step, low, high)
        projected = np.clip(part.project(there), low, high)
        reached, by_projection = part.objective(there), part.objective(projected)
        shorter = by_projection < reached * (1.0 - _SETTLED)
        there = np.where(shorter[:, None], projected, there)
        reached = np.where(shorter, by_projection, reached)
        slack = _ROUNDING * (decrement <= _SETTLED * objective[alive])
        better = reached <= objective[alive] * (1.0 + slack)
        moved = alive[better]
        logs[moved], objective[moved] = there[better], reached[better]
        damping[alive] = np.clip(damping[alive] * np.where(better, 0.1, 10.0), *_DAMPING[1:])
        converged[alive] = decrement <= _GOOD_ENOUGH * objective[alive] + _TINY
        done = decrement <= tolerance * objective[alive] + _TINY
        stuck = damping[alive] >= _DAMPING[2]
        alive = alive[~(done | stuck)]
    return logs, objective, converged


def _newton_step(
    problem: _Problem, logs: Array, low: Array, high: Array, damping: Array
) -> tuple[Array, Array]:
    """Return the step and half the squared Newton decrement (the gain an undamped step expects)."""
    gradient, hessian = problem.derivatives(logs)
    held = ((logs <= low) & (gradient > 0)) | ((logs >= high) & (gradient < 0))
    gradient = np.where(held, 0.0, gradient)
    hessian = np.where(held[:, None] | held[..., None], 0.0, hessian)
    values, vectors = np.linalg.eigh(hessian)
    curvature = np.abs(values)
    largest = curvature.max(axis=-1, keepdims=True) + _TINY
    along = np.einsum("bpq,bp->bq", vectors, gradient)
    decrement = 0.5 * np.sum(along**2 / np.maximum(curvature, 1e-14 * largest), axis=-1)
    step = -np.einsum("bpq,bq->bp", vectors, along / (curvature + damping[:, None] * largest))
    length = np.abs(step).max(axis=-1, keepdims=True)
    return step * np.minimum(1.0, _LONGEST_STEP / np.maximum(length, _TINY)), decrement
