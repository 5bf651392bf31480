"""The law in which a lack of parameters and a lack of tokens make each other worse."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from assay.laws.law import Array, LogPrior, floor_bounds, geometric, linear_sum, log_sum

__all__ = ["K_BOUNDS", "K_PRIOR", "RATE_BOUNDS", "SIZE_BOUNDS", "Coupled", "coupled_grid"]

SIZE_BOUNDS = (1e-30, 1e30)
"""Range of ``A`` and ``B`` at the centre, where ``(A + B)^k`` is of the size of the loss."""
RATE_BOUNDS = (0.01, 8.0)
"""Range of the exponents inside; in the loss they count ``k`` times."""
K_BOUNDS = (0.05, 3.0)
K_PRIOR: LogPrior = MappingProxyType({"k": (0.0, 1.0)})
"""Weakly in favour of terms that add: one standard deviation is a factor of e in ``k``."""

_KEPT = 300
_SHARES = (0.02, 0.2, 0.4, 0.55, 0.7, 0.8, 0.9)
_POWERS = (0.1, 0.2, 0.35, 0.6, 1.0, 1.7)
_SLOPES = (0.05, 1.2, 8)
_LEAST = 1e-3


@dataclass(frozen=True)
class Coupled:
    """``loss = E + (A N^-alpha + B D^-beta)^k``, ``N`` parameters and ``D`` tokens.

    Additive (:class:`~assay.laws.chinchilla.Chinchilla`) at ``k = 1`` and
    :class:`~assay.laws.kaplan.Kaplan` at ``beta = 1``; ``k < 1`` where the larger of the two
    terms rules. Kaplan et al. 2020 (arXiv 2001.08361), equation 1.5, with a floor and an exponent
    more. ``E`` in nats per token, ``A`` and ``B`` in that to the power ``1 / k``.
    """

    name: ClassVar[str] = "coupled"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "B", "alpha", "beta", "k")
    linear: ClassVar[int] = 1
    predictors: ClassVar[tuple[str, ...]] = ("params", "tokens")
    scaled: ClassVar[tuple[bool, ...]] = (True, True)
    ridges: ClassVar[tuple[str, ...]] = ("k",)
    log_prior: ClassVar[LogPrior] = K_PRIOR

    def _logs(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the logarithms of ``A N^-alpha`` and ``B D^-beta``, ``(..., n)`` each."""
        a, b, alpha, beta, _ = np.moveaxis(nonlinear[..., None], -2, 0)
        return np.log(a) - alpha * np.log(x[0]), np.log(b) - beta * np.log(x[1])

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset ``(A N^-alpha + B D^-beta)^k`` and the basis 1."""
        offset = np.exp(nonlinear[..., 4, None] * log_sum(*self._logs(x, nonlinear)))
        return offset, np.ones_like(offset)[..., None]

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 1:]), params[..., :1])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, B, alpha, beta, k``."""
        _, a, b, _, _, k = np.moveaxis(params[..., None], -2, 0)
        by_params, by_tokens = self._logs(x, params[..., 1:])
        both = log_sum(by_params, by_tokens)
        reducible = np.exp(k * both)
        first = k * reducible * np.exp(by_params - both)
        second = k * reducible * np.exp(by_tokens - both)
        by_exponents = -first * np.log(x[0]), -second * np.log(x[1])
        parts = np.ones_like(both), first / a, second / b, *by_exponents, reducible * both
        return np.stack(parts, axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return ``A`` and ``B`` multiplied by their scale to the power of their exponent."""
        out = params.copy()
        out[..., 1:3] *= scale ** params[..., 3:5]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``N`` and ``D`` centred on 1."""
        low, high = floor_bounds(y)
        ranges = (low, high), SIZE_BOUNDS, SIZE_BOUNDS, RATE_BOUNDS, RATE_BOUNDS, K_BOUNDS
        return np.array([first for first, _ in ranges]), np.array([last for _, last in ranges])

    def grid(self, x: Array, y: Array) -> Array:
        """Return the 300 best of floors, exponents and ``k`` with ``A`` and ``B`` solved for."""
        slopes = geometric(_SLOPES, _SLOPES)
        return coupled_grid(x, y, {k: np.minimum(slopes / k, RATE_BOUNDS[1]) for k in _POWERS})


def coupled_grid(x: Array, y: Array, exponents: dict[float, Array]) -> Array:
    """Return starting values of ``A, B, alpha, beta, k``, ``(g, 5)``, the best first.

    ``exponents`` holds for each ``k`` the pairs of ``alpha`` and ``beta`` to try, ``(m, 2)``. Given
    these and a floor, ``(y - E)^(1/k) = A N^-alpha + B D^-beta`` is linear in ``A`` and ``B``: they
    are solved for by least squares, weighted so that the residuals are relative in ``y``.
    """
    found, errors = [], []
    for k, pairs in exponents.items():
        by_params, by_tokens = np.exp(-pairs.T[..., None] * np.log(x)[:, None])
        for share in _SHARES:
            above = y - share * np.min(y)
            weights = (k * above ** (1.0 - 1.0 / k) / y) ** 2
            sizes = _solve_sizes(by_params, by_tokens, above ** (1.0 / k), weights)
            value = (sizes[:, :1] * by_params + sizes[:, 1:] * by_tokens) ** k
            errors.append(np.abs(value - above) @ (1.0 / y))
            power = np.full(len(pairs), k)
            found.append(np.column_stack([np.clip(sizes, *SIZE_BOUNDS), pairs, power]))
    best = np.argsort(np.concatenate(errors), kind="stable")[:_KEPT]
    return np.concatenate(found)[best]


def _solve_sizes(first: Array, second: Array, target: Array, weights: Array) -> Array:
    """Return the least-squares ``A`` and ``B``, ``(m, 2)``; a negative one becomes a small share.

    One of them is always positive, since the target and the basis are.
    """
    aa, ab, bb = (first**2) @ weights, (first * second) @ weights, (second**2) @ weights
    ridge = 1e-12 * (aa + bb)
    aa, bb = aa + ridge, bb + ridge
    a, b = first @ (weights * target), second @ (weights * target)
    sizes = np.stack([bb * a - ab * b, aa * b - ab * a], axis=-1) / (aa * bb - ab**2)[:, None]
    return np.asarray(np.maximum(sizes, _LEAST * sizes.max(axis=-1, keepdims=True)))
