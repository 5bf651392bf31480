"""The law that bends from a plateau into a power law as sharply as the runs show."""

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

__all__ = ["M4"]

_ONSET_BOUNDS = (1e-6, 1e3)
_BEND_BOUNDS = (0.1, 10.0)
_NEWTON_STEPS = 7


@dataclass(frozen=True)
class M4:
    """``loss = E (1 - u) + L0 u`` with ``u (1 - u)^-gamma = (x / x0)^-alpha``.

    ``u`` is the share of the loss above the floor ``E`` that is left of the loss ``L0`` before any
    training (both in nats per token). ``u`` is near ``(x / x0)^-alpha`` far beyond ``x0`` (in
    units of ``x``) and 1 far below; ``gamma`` says how it bends, with none at 0. Alabdulmohsin et
    al. 2022 (arXiv 2209.06640), estimator M4.
    """

    name: ClassVar[str] = "m4"
    parameters: ClassVar[tuple[str, ...]] = ("E", "L0", "x0", "alpha", "gamma")
    linear: ClassVar[int] = 2
    predictors: ClassVar[tuple[str, ...]] = ("x",)
    scaled: ClassVar[tuple[bool, ...]] = (True,)
    ridges: ClassVar[tuple[str, ...]] = ("L0", "x0", "gamma")
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def _solve(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return ``v = log(u / (1 - u))`` and ``log(1 + e^v)``.

        In ``v`` the equation is ``v + (gamma - 1) log(1 + e^v) = -alpha log(x / x0)``. Its left
        side rises with slopes between 1 and gamma and bends one way, so that Newton's steps from
        the asymptote cannot pass the root. Five steps reach double precision; two are margin.
        """
        onset, alpha, gamma = np.moveaxis(nonlinear[..., None], -2, 0)
        target = -alpha * np.log(x[0] / onset)
        logit = np.where(target.real < 0.0, target, target / gamma)
        bend = log_sum(np.zeros_like(logit), logit)
        for _ in range(_NEWTON_STEPS):
            slope = 1.0 + (gamma - 1.0) * np.exp(logit - bend)
            logit = logit - (logit + (gamma - 1.0) * bend - target) / slope
            bend = log_sum(np.zeros_like(logit), logit)
        return logit, bend

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset 0 and the basis ``1 - u, u``."""
        logit, bend = self._solve(x, nonlinear)
        basis = np.stack([np.exp(-bend), np.exp(logit - bend)], axis=-1)
        return np.zeros_like(logit), basis

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 2:]), params[..., :2])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, L0, x0, alpha, gamma``."""
        floor, ceiling, onset, alpha, gamma = np.moveaxis(params[..., None], -2, 0)
        logit, bend = self._solve(x, params[..., 2:])
        rest, share = np.exp(-bend), np.exp(logit - bend)
        by_target = (ceiling - floor) * share * rest / (1.0 + (gamma - 1.0) * share)
        slopes = alpha / onset, -np.log(x[0] / onset), -bend
        return np.stack([rest, share, *(by_target * slope for slope in slopes)], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return the parameters with ``x0`` multiplied by the scale."""
        out = params.copy()
        out[..., 2] *= scale[0]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``x`` centred on 1."""
        low, high = floor_bounds(y)
        ranges = (low, high), (low, 1e3 * high), _ONSET_BOUNDS, EXPONENT_BOUNDS, _BEND_BOUNDS
        return np.array([first for first, _ in ranges]), np.array([last for _, last in ranges])

    def grid(self, x: Array, y: Array) -> Array:
        """Return 12 onsets by 16 exponents by 3 bends."""
        return geometric((1e-3, 1e3, 12), (*EXPONENT_BOUNDS, 16), (0.3, 3.0, 3))
