"""The law that starts at the loss of the base model."""

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

__all__ = ["Anchored"]

_ONSET_BOUNDS = (1e-3, 1e3)


@dataclass(frozen=True)
class Anchored:
    """``loss = E + (L0 - E) (1 + x / x0)^-alpha``.

    The shifted power law with its value at ``x = 0`` fixed: ``L0`` is the known loss of the
    unannealed base, which every source shares at zero spend. ``x0`` (in units of ``x``) is where
    the decay sets in, so that slow first steps are described too. ``E > L0`` describes a source
    that harms.
    """

    anchor: float
    """``L0``, in nats per token."""

    name: ClassVar[str] = "anchored"
    parameters: ClassVar[tuple[str, ...]] = ("E", "x0", "alpha")
    linear: ClassVar[int] = 1
    predictors: ClassVar[tuple[str, ...]] = ("x",)
    scaled: ClassVar[tuple[bool, ...]] = (True,)
    ridges: ClassVar[tuple[str, ...]] = ("x0",)
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    def _decay(self, x: Array, nonlinear: Array) -> Array:
        onset, alpha = nonlinear[..., 0, None], nonlinear[..., 1, None]
        return np.asarray(np.exp(-alpha * np.log1p(x[0] / onset)))

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset ``L0 h`` and the basis ``1 - h``, ``h = (1 + x / x0)^-alpha``."""
        decay = self._decay(x, nonlinear)
        return self.anchor * decay, (1.0 - decay)[..., None]

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 1:]), params[..., :1])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, x0, alpha``."""
        decay = self._decay(x, params[..., 1:])
        reducible = (self.anchor - params[..., 0, None]) * decay
        onset, alpha = params[..., 1, None], params[..., 2, None]
        by_onset = reducible * alpha * x[0] / (onset * (onset + x[0]))
        by_alpha = -reducible * np.log1p(x[0] / onset)
        return np.stack([1.0 - decay, by_onset, by_alpha], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return the parameters with ``x0`` multiplied by the scale."""
        out = params.copy()
        out[..., 1] *= scale[0]
        return out

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``x`` centred on 1."""
        low, high = floor_bounds(np.append(y, self.anchor))
        return (
            np.array([low, _ONSET_BOUNDS[0], EXPONENT_BOUNDS[0]]),
            np.array([high, _ONSET_BOUNDS[1], EXPONENT_BOUNDS[1]]),
        )

    def grid(self, x: Array, y: Array) -> Array:
        """Return 24 onsets by 16 exponents."""
        return geometric((*_ONSET_BOUNDS, 24), (*EXPONENT_BOUNDS, 16))
