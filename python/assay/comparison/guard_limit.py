"""The limit of the guard: how surely each source keeps it at the deciding setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assay.comparison.offers import AtCosts
from assay.errors import FitError
from assay.fitting.result import FitResult
from assay.laws.law import Array

__all__ = ["GuardLimit", "barred", "keeping"]

_EVEN = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class GuardLimit:
    """How much the loss on the guard set may rise over that of the unannealed base."""

    fits: Mapping[str, FitResult]
    """Laws of the guard loss, by source."""
    base: float
    """Guard loss of the unannealed base, in nats per token."""
    limit: float
    """Most that the guard loss may lie above it, in nats per token."""


def keeping(guard: GuardLimit | None, here: Mapping[str, AtCosts]) -> dict[str, float]:
    """Return the probability of each source within reach of keeping the limit.

    Raises
    ------
    FitError
        If the guard loss of a source was not fitted.
    """
    if guard is None:
        return {}
    missing = [name for name in here if name not in guard.fits]
    if missing:
        raise FitError(f"the guard has a limit, and no guard loss is fitted of {missing[0]}")
    return {
        name: float(np.mean(_rise(guard, guard.fits[name], one) <= guard.limit))
        for name, one in here.items()
        if one.reached[0]
    }


def barred(keeps: Mapping[str, float], control: str | None) -> list[str]:
    """Return the sources that more likely than not break the limit."""
    return [name for name, kept in keeps.items() if kept < _EVEN and name != control]


def _rise(guard: GuardLimit, fit: FitResult, at: AtCosts) -> Array:
    axis = next(name for name in fit.x if name not in ("params", "epochs"))
    drawn = fit.value_draws({axis: at.tokens, "epochs": at.epochs})[:, 0]
    return np.asarray(drawn - guard.base)
