"""How points are fitted: objective, resamples, randomness, and the loss of the base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assay.checks import name, positive, whole
from assay.errors import FitError
from assay.fitting.objective import Space

__all__ = ["FitSettings", "Objective"]

Objective = Literal["huber", "huber-loss"]

_SPACES: Mapping[Objective, Space] = {"huber": "log", "huber-loss": "loss"}


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """The arguments that ``fit`` and ``backtest`` share about the fitting itself, checked."""

    space: Space
    delta: float | None
    resamples: int
    random_state: int
    anchor: float | None

    @classmethod
    def of(
        cls,
        *,
        objective: Objective,
        delta: float | None,
        resamples: int,
        fewest: int,
        random_state: int,
        anchor: float | None,
    ) -> FitSettings:
        """Check the arguments, of which ``resamples`` is ``fewest`` or more.

        Raises
        ------
        FitError
            If there is no such objective, or a number is not what it must be.
        """
        if name(objective, "objective") not in _SPACES:
            raise FitError(f'there is no objective "{objective}": use {" or ".join(_SPACES)}')
        return cls(
            space=_SPACES[objective],
            delta=None if delta is None else positive(delta, "Huber's delta"),
            resamples=whole(resamples, "resamples", fewest),
            random_state=whole(random_state, "random_state"),
            anchor=None if anchor is None else positive(anchor, "anchor, the loss of the base,"),
        )
