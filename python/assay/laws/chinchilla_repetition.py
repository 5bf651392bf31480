"""The law in parameters and effective tokens, for sources that run out and are repeated."""

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
from assay.laws.repetition import RETURN_BOUNDS, effective

__all__ = ["ChinchillaRepetition"]


@dataclass(frozen=True)
class ChinchillaRepetition:
    """``loss = E + A N^-alpha + B D_eff^-beta``, ``D_eff = U (1 + R (1 - exp(-(e - 1) / R)))``.

    ``N`` counts parameters, ``D`` the tokens trained on, ``e`` the epochs, ``U = D / e``. ``R`` is
    the number of epochs after the first over which the worth of repeated tokens fades; without
    repeats the law is :class:`~assay.laws.chinchilla.Chinchilla`. Muennighoff et al. 2023 (arXiv
    2305.16264), without their term for excess parameters. ``E`` in nats per
    token; ``A`` and ``B`` are the losses that one parameter and one token would leave.
    """

    name: ClassVar[str] = "chinchilla-repetition"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "B", "alpha", "beta", "R")
    linear: ClassVar[int] = 3
    predictors: ClassVar[tuple[str, ...]] = ("params", "tokens", "epochs")
    scaled: ClassVar[tuple[bool, ...]] = (True, True, False)
    ridges: ClassVar[tuple[str, ...]] = ("R",)
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1, N^-alpha, D_eff^-beta``."""
        alpha, beta, returns = np.moveaxis(nonlinear[..., None], -2, 0)
        by_tokens = np.exp(-beta * effective(x[1], x[2], returns)[0])
        by_params = np.exp(-alpha * np.log(x[0]))
        basis = np.stack([np.ones_like(by_params), by_params, by_tokens], axis=-1)
        return np.zeros_like(by_params), basis

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 3:]), params[..., :3])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, B, alpha, beta, R``."""
        _, a, b, _, beta, returns = np.moveaxis(params[..., None], -2, 0)
        log_effective, slope = effective(x[1], x[2], returns)
        _, basis = self.terms(x, params[..., 3:])
        by_alpha = -a * basis[..., 1] * np.log(x[0])
        by_size = -b * basis[..., 2]
        by_nonlinear = [by_alpha, by_size * log_effective, by_size * beta * slope]
        return np.concatenate([basis, np.stack(by_nonlinear, axis=-1)], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return ``A`` and ``B`` multiplied by their scale to the power of their exponent."""
        out = params.copy()
        out[..., 1:3] *= scale[:2] ** params[..., 3:5]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``N`` and ``D`` centred on 1."""
        low, high = floor_bounds(y)
        size, exponent = (low, 1e3 * high), EXPONENT_BOUNDS
        ranges = (low, high), size, size, exponent, exponent, RETURN_BOUNDS
        return np.array([first for first, _ in ranges]), np.array([last for _, last in ranges])

    def grid(self, x: Array, y: Array) -> Array:
        """Return 12 by 12 pairs of exponents by 6 values of ``R``."""
        return geometric((*EXPONENT_BOUNDS, 12), (*EXPONENT_BOUNDS, 12), (*RETURN_BOUNDS, 6))
