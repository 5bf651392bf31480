"""The part of a fit that its pictures read, as protocols: this package knows no fitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Fitted", "Form", "Measured", "fitted_values", "sizes"]

Array = NDArray[np.float64]


class Measured(Protocol):
    """The runs: see :class:`assay.fitting.points.Points`."""

    @property
    def columns(self) -> Mapping[str, Array]:
        """Predictors, ``(n,)`` each."""
        ...

    @property
    def y(self) -> Array:
        """Losses, ``(n,)``; of a score that rises, its errors."""
        ...


class Form(Protocol):
    """A law: see :class:`assay.laws.law.Law`."""

    @property
    def scaled(self) -> tuple[bool, ...]:
        """Which predictors are sizes."""
        ...


class Errors(Protocol):
    """How far runs scatter: see :class:`assay.fitting.records.ErrorModel`."""

    @property
    def noise(self) -> float:
        """Standard deviation of one run about its mean, in log loss."""
        ...


class Fitted(Protocol):
    """A fit: see :class:`assay.fitting.result.FitResult`."""

    @property
    def source(self) -> str:
        """Name of the source."""
        ...

    @property
    def y(self) -> str:
        """Column of the metric."""
        ...

    @property
    def label(self) -> str:
        """Name of the metric with its unit."""
        ...

    @property
    def measured(self) -> Array:
        """What was measured, ``(n,)``, in the terms of ``predict``."""
        ...

    @property
    def x(self) -> tuple[str, ...]:
        """Columns that a prediction needs."""
        ...

    @property
    def law(self) -> str:
        """Name of the leading law."""
        ...

    @property
    def members(self) -> Sequence[object]:
        """The laws that are combined."""
        ...

    @property
    def form(self) -> Form:
        """The leading law."""
        ...

    @property
    def points(self) -> Measured:
        """The runs."""
        ...

    @property
    def draws(self) -> Array:
        """Parameters of each resample; empty where there are no intervals."""
        ...

    @property
    def errors(self) -> Errors:
        """The error model."""
        ...

    def predict(self, x: Mapping[str, Any], interval: float | None, kind: Any) -> dict[str, Array]:
        """Return the columns ``mean``, ``lower`` and ``upper``."""
        ...


def sizes(fit: Fitted) -> Sequence[str]:
    """Return the columns that are sizes (tokens, parameters); the others are ratios or shares.

    Columns beyond those of the leading law are never sizes.
    """
    return [name for name, scaled in zip(fit.x, fit.form.scaled, strict=False) if scaled]


def fitted_values(fit: Fitted) -> Array:
    """Return the fitted metric of each run, ``(n,)``."""
    return fit.predict({name: fit.points.columns[name] for name in fit.x}, None, "mean")["mean"]
