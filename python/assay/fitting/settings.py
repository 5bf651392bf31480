"""How points are fitted: objective, resamples, randomness, and the loss of the base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assay.checks import name, positive, share, whole
from assay.errors import FitError
from assay.fitting.direction import rises
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
    """Loss of the base; of a score that rises, its error."""
    rises: bool
    """Whether the metric is a score that rises, so that its error is fitted."""

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
        y: str,
        higher_is_better: bool | None,
    ) -> FitSettings:
        """Check the arguments, of which ``resamples`` is ``fewest`` or more.

        Raises
        ------
        FitError
            If there is no such objective, a number is not what it must be, or the name of the
            column ``y`` says that it rises and nothing was said of it.
        """
        rising = rises(name(y, "y"), higher_is_better)
        if name(objective, "objective") not in _SPACES:
            raise FitError(f'there is no objective "{objective}": use {" or ".join(_SPACES)}')
        return cls(
            space=_SPACES[objective],
            delta=None if delta is None else positive(delta, "Huber's delta"),
            resamples=whole(resamples, "resamples", fewest),
            random_state=whole(random_state, "random_state"),
            anchor=None if anchor is None else _anchor(anchor, rising),
            rises=rising,
        )


def _anchor(value: float, rising: bool) -> float:
    if rising:
        return 1.0 - share(value, "anchor, the score of the base,")
    return positive(value, "anchor, the loss of the base,")
