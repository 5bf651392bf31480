"""The power law with a floor."""

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

__all__ = ["Power"]


@dataclass(frozen=True)
class Power:
    """``loss = E + A x^-alpha``.

    Hestness et al. 2017 (arXiv 1712.00409), equation 1, with the irreducible part ``E`` of
    Henighan et al. 2020 (arXiv 2010.14701), equation 1.1. ``E`` and ``A`` in nats per token, ``A``
    being the reducible loss at ``x = 1``. Wrong towards ``x = 0``, where it diverges.
    """

    name: ClassVar[str] = "power"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "alpha")
    linear: ClassVar[int] = 2
    predictors: ClassVar[tuple[str, ...]] = ("x",)
    scaled: ClassVar[tuple[bool, ...]] = (True,)
    ridges: ClassVar[tuple[str, ...]] = ()
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1, x^-alpha``."""
        decay = np.exp(-nonlinear[..., 0, None] * np.log(x[0]))
        return np.zeros_like(decay), np.stack([np.ones_like(decay), decay], axis=-1)

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 2:]), params[..., :2])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, alpha``."""
        _, basis = self.terms(x, params[..., 2:])
        by_alpha = -params[..., 1, None] * basis[..., 1] * np.log(x[0])
        return np.concatenate([basis, by_alpha[..., None]], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return the parameters with ``A`` multiplied by ``scale^alpha``."""
        out = params.copy()
        out[..., 1] *= scale[0] ** params[..., 2]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``x`` centred on 1, where ``A`` is of the size of the loss."""
        low, high = floor_bounds(y)
        return (
            np.array([low, low, EXPONENT_BOUNDS[0]]),
            np.array([high, 1e3 * high, EXPONENT_BOUNDS[1]]),
        )

    def grid(self, x: Array, y: Array) -> Array:
        """Return 32 exponents."""
        return geometric((*EXPONENT_BOUNDS, 32))
