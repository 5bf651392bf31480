"""The power law that changes its exponent."""

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
    log_sum,
)

__all__ = ["Broken"]

_BREAK_BOUNDS = (1e-3, 1e3)
_WIDTH_BOUNDS = (0.05, 3.0)


@dataclass(frozen=True)
class Broken:
    """``loss = E + A x^-alpha (1 + (x / x1)^(1 / f))^(-(alpha2 - alpha) f)``.

    A smoothly broken power law: exponent ``alpha`` well below ``x1`` (in units of ``x``) and
    ``alpha2`` well above; the change takes about ``f`` powers of e to either side. Caballero et
    al. 2023 (arXiv 2210.14891), equation 1, with one break. ``E`` and ``A`` in nats per token.
    """

    name: ClassVar[str] = "broken"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "alpha", "alpha2", "x1", "f")
    linear: ClassVar[int] = 2
    predictors: ClassVar[tuple[str, ...]] = ("x",)
    scaled: ClassVar[tuple[bool, ...]] = (True,)
    ridges: ClassVar[tuple[str, ...]] = ("x1", "f")
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def _bend(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return ``z = log(x / x1) / f`` and ``log(1 + e^z)``."""
        place, width = nonlinear[..., 2, None], nonlinear[..., 3, None]
        distance = np.log(x[0] / place) / width
        return distance, log_sum(np.zeros_like(distance), distance)

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1, decay``."""
        alpha, alpha2, _, width = np.moveaxis(nonlinear[..., None], -2, 0)
        _, bend = self._bend(x, nonlinear)
        decay = np.exp(-alpha * np.log(x[0]) - (alpha2 - alpha) * width * bend)
        return np.zeros_like(decay), np.stack([np.ones_like(decay), decay], axis=-1)

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 2:]), params[..., :2])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, alpha, alpha2, x1, f``."""
        _, size, alpha, alpha2, place, width = np.moveaxis(params[..., None], -2, 0)
        _, basis = self.terms(x, params[..., 2:])
        distance, bend = self._bend(x, params[..., 2:])
        beyond, change = np.exp(distance - bend), alpha2 - alpha
        by_log = [
            width * bend - np.log(x[0]),
            -width * bend,
            change * beyond / place,
            -change * (bend - beyond * distance),
        ]
        slopes = (size * basis[..., 1])[..., None] * np.stack(by_log, axis=-1)
        return np.concatenate([basis, slopes], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return the parameters with ``A`` times ``scale^alpha`` and ``x1`` times the scale."""
        out = params.copy()
        out[..., 1] *= scale[0] ** params[..., 2]
        out[..., 4] *= scale[0]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``x`` centred on 1."""
        low, high = floor_bounds(y)
        exponents = EXPONENT_BOUNDS, EXPONENT_BOUNDS
        ranges = (low, high), (low, 1e3 * high), *exponents, _BREAK_BOUNDS, _WIDTH_BOUNDS
        return np.array([first for first, _ in ranges]), np.array([last for _, last in ranges])

    def grid(self, x: Array, y: Array) -> Array:
        """Return 8 by 8 pairs of exponents, 8 breaks within the ladder and 2 widths."""
        first, last = np.clip([np.min(x), np.max(x)], *_BREAK_BOUNDS)
        exponents = (*EXPONENT_BOUNDS, 8)
        return geometric(exponents, exponents, (first, last, 8), (0.2, 1.0, 2))
