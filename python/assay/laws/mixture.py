"""The law in the proportions of a mixture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from assay.laws.law import NO_PRIOR, Array, LogPrior, floor_bounds, linear_sum

__all__ = ["Mixture"]

_SHARES = (0.02, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97)
_RIDGE = 1e-6


@dataclass(frozen=True)
class Mixture:
    """``loss = E + c_1^r_1 c_2^r_2 ... c_m^r_m``, ``r_j`` the proportions of a mixture.

    ``E`` is a floor and ``c_j`` the loss above it after training on domain ``j`` alone, both in
    nats per token; between the domains the logarithm is linear. As the proportions sum to one it
    is ``E + A exp(-sum_j t_j r_j)`` with ``c_j = A exp(-t_j)``, of which only the products are
    identified. Ye et al. 2024 (arXiv 2403.16952). Holds at one size of model and run.
    """

    domains: tuple[str, ...]
    """Columns of the proportions, which may be zero."""

    name: ClassVar[str] = "mixture"
    linear: ClassVar[int] = 1
    ridges: ClassVar[tuple[str, ...]] = ()
    log_prior: ClassVar[LogPrior] = NO_PRIOR

    @property
    def parameters(self) -> tuple[str, ...]:
        """``E`` and one ``c`` for each domain."""
        return ("E", *(f"c_{domain}" for domain in self.domains))

    @property
    def predictors(self) -> tuple[str, ...]:
        """The domains."""
        return self.domains

    @property
    def scaled(self) -> tuple[bool, ...]:
        """None: proportions have no unit."""
        return (False,) * len(self.domains)

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset, the product, and the basis 1."""
        offset = np.exp(np.log(nonlinear) @ x)
        return offset, np.ones_like(offset)[..., None]

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return linear_sum(self.terms(x, params[..., 1:]), params[..., :1])

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, c_1, ..., c_m``."""
        product, ones = self.terms(x, params[..., 1:])
        slopes = product[..., None] * x.T / params[..., None, 1:]
        return np.concatenate([ones, slopes], axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return the parameters as they are."""
        return params.copy()

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds: ``c_j`` from nearly nothing to a thousand times the largest loss."""
        low, high = floor_bounds(y)
        count = len(self.domains)
        return np.array([low] + [1e-12 * low] * count), np.array([high] + [1e3 * high] * count)

    def grid(self, x: Array, y: Array) -> Array:
        """Return the log-linear regressions on the proportions for 8 floors."""
        low, high = (limit[1:] for limit in self.bounds(y))
        found = [_regress(x.T, np.log(y - share * np.min(y))) for share in _SHARES]
        return np.clip(np.exp(found), low, high)


def _regress(design: Array, target: Array) -> Array:
    """Return the coefficients without intercept, drawn a little towards the mean of the target."""
    middle = np.mean(target)
    normal = design.T @ design
    normal += _RIDGE * np.trace(normal) * np.eye(len(normal))
    return np.asarray(middle + np.linalg.solve(normal, design.T @ (target - middle)))
