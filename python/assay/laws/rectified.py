"""The power law with a slow start."""

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

__all__ = ["Rectified"]

_LEARNT_BOUNDS = (1e-6, 1e3)


@dataclass(frozen=True)
class Rectified:
    """``loss = E + B / (x0 + x^beta)``.

    The law of fine-tuning on ``x`` tokens: ``x0`` (in ``x`` to the power ``beta``) is what the
    model knew beforehand, counted as data. A power law far beyond it, flat far below. ``E`` in
    nats per token, ``B`` in that times ``x^beta``. Lin et al. 2024 (arXiv 2402.02314).
    """

    name: ClassVar[str] = "rectified"
    parameters: ClassVar[tuple[str, ...]] = ("E", "B", "x0", "beta")
    linear: ClassVar[int] = 2
    predictors: ClassVar[tuple[str, ...]] = ("x",)
    scaled: ClassVar[tuple[bool, ...]] = (True,)
    ridges: ClassVar[tuple[str, ...]] = ("x0",)
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1, 1 / (x0 + x^beta)``."""
        learnt, beta = nonlinear[..., 0, None], nonlinear[..., 1, None]
        decay = 1.0 / (learnt + np.exp(beta * np.log(x[0])))
        return np.zeros_like(decay), np.stack([np.ones_like(decay), decay], axis=-1)

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 2:]), params[..., :2])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, B, x0, beta``."""
        _, basis = self.terms(x, params[..., 2:])
        by_learnt = -params[..., 1, None] * basis[..., 1] ** 2
        by_beta = by_learnt * np.exp(params[..., 3, None] * np.log(x[0])) * np.log(x[0])
        return np.concatenate([basis, np.stack([by_learnt, by_beta], axis=-1)], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return the parameters with ``B`` and ``x0`` multiplied by ``scale^beta``."""
        out = params.copy()
        out[..., 1:3] *= scale[0] ** params[..., 3:]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``x`` centred on 1, where ``B`` is of the size of the loss."""
        low, high = floor_bounds(y)
        return (
            np.array([low, low, _LEARNT_BOUNDS[0], EXPONENT_BOUNDS[0]]),
            np.array([high, 1e6 * high, _LEARNT_BOUNDS[1], EXPONENT_BOUNDS[1]]),
        )

    def grid(self, x: Array, y: Array) -> Array:
        """Return 16 amounts learnt by 24 exponents."""
        return geometric((1e-3, 1e3, 16), (*EXPONENT_BOUNDS, 24))
