"""The power law in effective tokens, for sources that run out and are repeated."""

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

__all__ = ["RETURN_BOUNDS", "Repetition", "effective"]

RETURN_BOUNDS = (0.05, 1e4)
"""Range of ``R``: from repeats that are worth nothing to repeats that are as good as new."""


@dataclass(frozen=True)
class Repetition:
    """``loss = E + A x_eff^-alpha``, ``x_eff = U (1 + R (1 - exp(-(e - 1) / R)))``, ``U = x / e``.

    ``x`` counts the tokens trained on and ``e`` the epochs. A repeated token is worth less each
    time it comes back; ``R`` is the number of epochs after the first over which its worth fades.
    Muennighoff et al. 2023 (arXiv 2305.16264), equation 5, for the data term alone. Monotone: a
    loss that *rises* with repetition is outside this law.
    """

    name: ClassVar[str] = "repetition"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "alpha", "R")
    linear: ClassVar[int] = 2
    predictors: ClassVar[tuple[str, ...]] = ("x", "epochs")
    scaled: ClassVar[tuple[bool, ...]] = (True, False)
    ridges: ClassVar[tuple[str, ...]] = ("R",)
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1, x_eff^-alpha``."""
        log_effective, _ = effective(x[0], x[1], nonlinear[..., 1, None])
        decay = np.exp(-nonlinear[..., 0, None] * log_effective)
        return np.zeros_like(decay), np.stack([np.ones_like(decay), decay], axis=-1)

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 2:]), params[..., :2])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, alpha, R``."""
        alpha, returns = params[..., 2, None], params[..., 3, None]
        log_effective, slope = effective(x[0], x[1], returns)
        _, basis = self.terms(x, params[..., 2:])
        reducible = params[..., 1, None] * basis[..., 1]
        by_nonlinear = np.stack([-reducible * log_effective, -reducible * alpha * slope], axis=-1)
        return np.concatenate([basis, by_nonlinear], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return the parameters with ``A`` multiplied by ``scale^alpha``."""
        out = params.copy()
        out[..., 1] *= scale[0] ** params[..., 2]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``x`` centred on 1."""
        low, high = floor_bounds(y)
        return (
            np.array([low, low, EXPONENT_BOUNDS[0], RETURN_BOUNDS[0]]),
            np.array([high, 1e3 * high, EXPONENT_BOUNDS[1], RETURN_BOUNDS[1]]),
        )

    def grid(self, x: Array, y: Array) -> Array:
        """Return 24 exponents by 16 values of ``R``."""
        return geometric((*EXPONENT_BOUNDS, 24), (*RETURN_BOUNDS, 16))


def effective(tokens: Array, epochs: Array, returns: Array) -> tuple[Array, Array]:
    """Return the logarithm of the effective tokens, and its derivative by ``R``.

    ``tokens`` and ``epochs`` are ``(n,)``, ``returns`` is ``R``, ``(..., 1)``.
    """
    again = np.maximum(epochs - 1.0, 0.0)
    worth = -returns * np.expm1(-again / returns)
    fading = np.exp(-again / returns) * again / returns
    slope = (worth / returns - fading) / (1.0 + worth)
    return np.asarray(np.log(tokens / epochs) + np.log1p(worth)), np.asarray(slope)
