"""The law in parameters and tokens with one exponent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from assay.laws.law import (
    EXPONENT_BOUNDS,
    NO_PRIOR,
    Array,
    LogPrior,
    floor_bounds,
    geometric,
    linear_sum,
)

__all__ = ["Tied"]


@dataclass(frozen=True)
class Tied:
    """``loss = E + A N^-alpha + B D^-alpha``, ``N`` parameters and ``D`` tokens.

    Gadre et al. 2024 (arXiv 2403.08540), written in ``N`` and ``D``: with compute
    ``C = 6 N D`` and the token multiplier ``M = D / N`` it is theirs with ``alpha = 2 eta``. ``E``
    in nats per token; ``A`` and ``B`` are the losses that one parameter and one token would leave.
    """

    name: ClassVar[str] = "tied"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "B", "alpha")
    linear: ClassVar[int] = 3
    predictors: ClassVar[tuple[str, ...]] = ("params", "tokens")
    scaled: ClassVar[tuple[bool, ...]] = (True, True)
    ridges: ClassVar[tuple[str, ...]] = ()
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1, N^-alpha, D^-alpha``."""
        powers = np.exp(-nonlinear[..., 0, None, None] * np.log(x).T)
        basis = np.concatenate([np.ones_like(powers[..., :1]), powers], axis=-1)
        return np.zeros_like(basis[..., 0]), basis

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 3:]), params[..., :3])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, B, alpha``."""
        _, basis = self.terms(x, params[..., 3:])
        by_each = -params[..., None, 1:3] * basis[..., 1:] * np.log(x).T
        return np.concatenate([basis, by_each.sum(axis=-1, keepdims=True)], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return ``A`` and ``B`` multiplied by their scale to the power ``alpha``."""
        out = params.copy()
        out[..., 1:3] *= scale ** params[..., 3:]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``N`` and ``D`` centred on 1."""
        low, high = floor_bounds(y)
        return (
            np.array([low, low, low, EXPONENT_BOUNDS[0]]),
            np.array([high, 1e3 * high, 1e3 * high, EXPONENT_BOUNDS[1]]),
        )

    def grid(self, x: Array, y: Array) -> Array:
        """Return 32 exponents."""
        return geometric((*EXPONENT_BOUNDS, 32))
