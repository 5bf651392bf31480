"""The law in parameters and tokens."""

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

__all__ = ["Chinchilla"]


@dataclass(frozen=True)
class Chinchilla:
    """``loss = E + A N^-alpha + B D^-beta``, ``N`` parameters and ``D`` tokens.

    Hoffmann et al. 2022 (arXiv 2203.15556), equation 2; refitted by Besiroglu et al. 2024
    (arXiv 2404.10102), who showed that the optimiser must be run to its end.
    """

    name: ClassVar[str] = "chinchilla"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "B", "alpha", "beta")
    linear: ClassVar[int] = 3
    predictors: ClassVar[tuple[str, ...]] = ("params", "tokens")
    scaled: ClassVar[tuple[bool, ...]] = (True, True)
    ridges: ClassVar[tuple[str, ...]] = ()
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1, N^-alpha, D^-beta``."""
        by_params = np.exp(-nonlinear[..., 0, None] * np.log(x[0]))
        by_tokens = np.exp(-nonlinear[..., 1, None] * np.log(x[1]))
        basis = np.stack([np.ones_like(by_params), by_params, by_tokens], axis=-1)
        return np.zeros_like(by_params), basis

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 3:]), params[..., :3])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, B, alpha, beta``."""
        _, basis = self.terms(x, params[..., 3:])
        by_exponents = -params[..., None, 1:3] * basis[..., 1:] * np.log(x).T
        return np.concatenate([basis, by_exponents], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return ``A`` and ``B`` multiplied by their scale to the power of their exponent."""
        out = params.copy()
        out[..., 1:3] *= scale ** params[..., 3:]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``N`` and ``D`` centred on 1."""
        low, high = floor_bounds(y)
        exponent_low, exponent_high = EXPONENT_BOUNDS
        return (
            np.array([low, low, low, exponent_low, exponent_low]),
            np.array([high, 1e3 * high, 1e3 * high, exponent_high, exponent_high]),
        )

    def grid(self, x: Array, y: Array) -> Array:
        """Return 24 by 24 pairs of exponents."""
        return geometric((*EXPONENT_BOUNDS, 24), (*EXPONENT_BOUNDS, 24))
