"""What a fit says beside its laws: warnings, predicted hold-outs, and the model of its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assay.immutable import freeze

__all__ = ["ErrorModel", "Flag", "Holdout", "Request"]


@dataclass(frozen=True)
class Flag:
    """A warning: a stable code for programs and one sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Holdout:
    """One prediction of a larger budget from smaller ones only."""

    kept_size: float
    """Largest size that the fit saw."""
    kept_loss: float
    """Mean loss measured at that size."""
    x: Mapping[str, float]
    """The withheld setting."""
    decades: float
    """How far it lies beyond the kept sizes, in powers of ten."""
    observed: float
    """Mean loss measured there."""
    observed_noise: float
    """Standard deviation of its log, from run noise."""
    predicted: float
    noise: float
    """Standard deviation that noise alone gives ``error``."""

    def __post_init__(self) -> None:
        """Freeze the setting."""
        freeze(self, x=self.x)

    @property
    def cut(self) -> tuple[float, float]:
        """Sizes kept and withheld: sources with equal cuts can be paired."""
        return (self.kept_size, round(self.decades, 9))

    @property
    def error(self) -> float:
        """Log of predicted over observed: positive where the law was too pessimistic."""
        return float(np.log(self.predicted / self.observed))

    @property
    def relative(self) -> float:
        """Error as a share of the measured loss."""
        return self.predicted / self.observed - 1.0

    @property
    def nats(self) -> float:
        """Error in nats per token."""
        return self.predicted - self.observed


@dataclass(frozen=True, kw_only=True)
class ErrorModel:
    """Errors of a prediction that the resampled parameters do not contain, in log loss."""

    noise: float
    """Standard deviation of one run about its mean."""
    noise_freedom: int
    """Degrees of freedom of that estimate; 0 if it is assumed."""
    misfit: float
    """Standard deviation of the law's own error, per decade beyond the data (from hold-outs)."""
    misfit_spread: float
    """How well that is known: standard deviation of its logarithm."""
    misfit_shared: float
    """Part of the variance of that error which all sources share, in [0, 1]."""
    resampling: Literal["none", "runs", "noise"]
    """How the draws were made: whole runs redrawn, or the fitted law plus run noise."""
    random_state: int


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked of a fit, so that it can be made again without its largest budget."""

    laws: tuple[str, ...]
    """The laws that were tried."""
    delta: float | None
    """Huber's delta, where it was given."""
    anchor: float | None
    """Loss of the base, where it is known."""
