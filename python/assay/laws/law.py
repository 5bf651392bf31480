"""What a law is: the protocol that the solver, the bootstrap and the comparison rely on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "EXPONENT_BOUNDS",
    "NO_PRIOR",
    "Array",
    "Law",
    "LogPrior",
    "floor_bounds",
    "geometric",
    "linear_sum",
    "log_sum",
]

Array = NDArray[np.float64]
LogPrior = Mapping[str, tuple[float, float]]
"""Mean and standard deviation of the natural logarithm of some parameters; the others are flat."""

NO_PRIOR: LogPrior = MappingProxyType({})

EXPONENT_BOUNDS = (0.01, 4.0)
"""Range of the exponent of a term: at 0.01 a power law is a straight line in log x."""


class Law(Protocol):
    """A form that is linear in its first ``linear`` parameters, all of which are positive.

    Shapes: ``x`` is ``(predictors, n)``; parameters are ``(..., p)``; losses are ``(..., n)``.
    Parameters are natural (not logarithms); the solver works in their logarithms.
    """

    name: ClassVar[str]
    linear: ClassVar[int]
    """How many parameters are linear."""
    log_prior: ClassVar[LogPrior]
    """What is known of a parameter before any data: weak, and empty for most laws."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names; the linear ones first."""
        ...

    @property
    def predictors(self) -> tuple[str, ...]:
        """Names of the rows of ``x``."""
        ...

    @property
    def scaled(self) -> tuple[bool, ...]:
        """Which predictors are sizes: positive, with a unit that may be chosen freely.

        The others are ratios or shares; a share may be zero.
        """
        ...

    @property
    def ridges(self) -> tuple[str, ...]:
        """Parameters that a usual ladder may leave without a bound on one side.

        Along a ridge the objective tends to a constant, because the law tends to a limit in which
        the parameter no longer appears. Its estimate then tells nothing, predictions within the
        ladder are unharmed, and its interval must be looked at before it is quoted.
        """
        ...

    def terms(self, x: Array, nonlinear: Array) -> tuple[Array, Array]:
        """Return ``offset (..., n)`` and ``basis (..., n, linear)``: loss = offset + basis c."""
        ...

    def value(self, x: Array, params: Array) -> Array:
        """Return the loss at ``x``."""
        ...

    def gradient(self, x: Array, params: Array) -> Array:
        """Return the derivative of the loss by each parameter, ``(..., n, p)``."""
        ...

    def rescale(self, params: Array, scale: Array) -> Array:
        """Turn parameters fitted to ``x / scale`` into parameters for ``x``."""
        ...

    def bounds(self, y: Array) -> tuple[Array, Array]:
        """Return the lower and upper bound of each parameter, for ``x`` centred on 1."""
        ...

    def grid(self, x: Array, y: Array) -> Array:
        """Return starting values of the nonlinear parameters, ``(g, p - linear)``.

        ``x`` is centred on 1; most laws need neither it nor the losses ``y``.
        """
        ...


def linear_sum(terms: tuple[Array, Array], coefficients: Array) -> Array:
    """Return ``offset + basis c`` for the result of :meth:`Law.terms`."""
    offset, basis = terms
    return np.asarray(offset + np.einsum("...nk,...k->...n", basis, coefficients))


def log_sum(first: Array, second: Array) -> Array:
    """Return ``log(exp(first) + exp(second))`` without overflow."""
    larger = np.maximum(first.real, second.real)
    return np.asarray(larger + np.log(np.exp(first - larger) + np.exp(second - larger)))


def floor_bounds(y: Array) -> tuple[float, float]:
    """Return the range of an irreducible loss ``E``: practically zero to twice the largest loss."""
    return 1e-4 * float(np.min(y)), 2.0 * float(np.max(y))


def geometric(*axes: tuple[float, float, int]) -> Array:
    """Return the grid of all combinations of geometric sequences ``(first, last, count)``."""
    lines = [np.geomspace(first, last, count) for first, last, count in axes]
    return np.stack([axis.ravel() for axis in np.meshgrid(*lines, indexing="ij")], axis=-1)
