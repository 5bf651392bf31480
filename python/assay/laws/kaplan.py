"""The law of Kaplan et al. with a floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from assay.laws.coupled import K_PRIOR, Coupled, coupled_grid
from assay.laws.law import Array, LogPrior, geometric

__all__ = ["Kaplan"]

_BETA = 4
_POWERS = (0.05, 1.2, 16)
_RATIOS = (0.1, 8.0, 16)


@dataclass(frozen=True)
class Kaplan:
    """``loss = E + (A N^-alpha + B / D)^k``, ``N`` parameters and ``D`` tokens.

    Kaplan et al. 2020 (arXiv 2001.08361), equation 1.5, plus a floor: their ``alpha_D`` is ``k``
    and their ``alpha_N`` is ``alpha k``. ``E`` in nats per token, ``A`` and ``B`` in that to the
    power ``1 / k``. It is :class:`~assay.laws.coupled.Coupled` with ``beta = 1``.
    """

    name: ClassVar[str] = "kaplan"
    parameters: ClassVar[tuple[str, ...]] = ("E", "A", "B", "alpha", "k")
    linear: ClassVar[int] = 1
    predictors: ClassVar[tuple[str, ...]] = ("params", "tokens")
    scaled: ClassVar[tuple[bool, ...]] = (True, True)
    ridges: ClassVar[tuple[str, ...]] = ()
    log_prior: ClassVar[LogPrior] = K_PRIOR

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return the offset ``(A N^-alpha + B / D)^k`` and the basis 1."""
        return Coupled().terms(x, np.insert(nonlinear, _BETA - 1, 1.0, axis=-1))

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        return Coupled().value(x, np.insert(params, _BETA, 1.0, axis=-1))

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivatives by ``E, A, B, alpha, k``."""
        full = Coupled().gradient(x, np.insert(params, _BETA, 1.0, axis=-1))
        return np.delete(full, _BETA, axis=-1)

    def rescale(self, params: Array, scale: Array) -> Array:
        """Return ``A`` multiplied by its scale to the power ``alpha`` and ``B`` by its scale."""
        full = Coupled().rescale(np.insert(params, _BETA, 1.0, axis=-1), scale)
        return np.delete(full, _BETA, axis=-1)

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the bounds for ``N`` and ``D`` centred on 1."""
        low, high = Coupled().bounds(y)
        return np.delete(low, _BETA), np.delete(high, _BETA)

    def grid(self, x: Array, y: Array) -> Array:
        """Return the 300 best of floors, ``alpha`` and ``k`` with ``A`` and ``B`` solved for."""
        pairs = np.insert(geometric(_RATIOS), 1, 1.0, axis=-1)
        found = coupled_grid(x, y, {float(k): pairs for k in np.geomspace(*_POWERS)})
        return np.delete(found, _BETA - 1, axis=-1)
