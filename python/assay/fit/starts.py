"""Starting points by variable projection over a grid of the nonlinear parameters.

On the grid the best linear parameters are known in closed form, so a search in ``p`` dimensions
becomes a table look-up in one or two (Golub and Pereyra 1973, SIAM J. Numer. Anal. 10:413).
Residuals are relative, ``f / y - 1``, which is close to the log residual that the solver uses.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from assay.fit.objective import huber
from assay.laws.law import Array, Law

__all__ = ["best_starts", "nonnegative", "resample_starts"]

_REWEIGHTINGS = 2
_INTERIOR = 1e-2
_RIDGE = 1e-12


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


def _interior(law: Law, coefficients: Array, nonlinear: Array, y: Array) -> Array:
    """Join the parameters, with the linear ones off their bound so that a search can move them."""
    lifted = np.maximum(coefficients, _INTERIOR * float(np.min(y)))
    return np.concatenate([lifted, nonlinear], axis=-1)


def best_starts(law: Law, x: Array, y: Array, delta: float, keep: int) -> Array:
    """Return the ``keep`` best starting points for one data set, ``(keep, p)``, natural."""
    grid = law.grid(x, y)
    offset, basis = law.terms(x, grid)
    relative, target = basis / y[:, None], 1.0 - offset / y
    weights = np.ones_like(target)
    for _ in range(1 + _REWEIGHTINGS):
        weighted = relative * weights[..., None]
        normal = np.einsum("gnk,gnl->gkl", weighted, relative)
        coefficients, _ = nonnegative(normal, np.einsum("gnk,gn->gk", weighted, target))
        residuals = target - np.einsum("gnk,gk->gn", relative, coefficients)
        weights = delta / np.maximum(np.abs(residuals), delta)
    order = np.argsort(huber(residuals, delta).sum(axis=-1), kind="stable")[:keep]
    return _interior(law, coefficients[order], grid[order], y)


def resample_starts(law: Law, x: Array, y: Array, center: Array) -> Array:
    """Return the best starting point of each of many data sets on the same ``x``.

    Parameters
    ----------
    y
        Resampled losses, ``(b, n)``.
    center
        The losses that they scatter around, ``(n,)``: residuals are relative to these.
    """
    grid = law.grid(x, center)
    offset, basis = law.terms(x, grid)
    relative = basis / center[:, None]
    normal = np.einsum("gnk,gnl->gkl", relative, relative)[:, None]
    targets = (y[None] - offset[:, None]) / center
    right = np.einsum("gnk,gbn->gbk", relative, targets)
    coefficients, value = nonnegative(normal, right)
    value = value + 0.5 * np.sum(targets**2, axis=-1)
    best = np.argmin(value, axis=0)
    chosen = coefficients[best, np.arange(len(best))]
    return _interior(law, chosen, grid[best], center)
