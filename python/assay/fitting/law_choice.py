"""Choosing laws for a source, and weighing each by how well it predicts withheld budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assay.errors import FitError
from assay.fitting.holdout import Trial, hold_out
from assay.fitting.objective import Space
from assay.fitting.point.solution import Solution, solve
from assay.fitting.points import Points, require
from assay.laws import Law, make

__all__ = ["Candidate", "Choice", "WeightedLaw", "candidates", "carries", "choose"]

Candidate = tuple[Law, tuple[str, ...]]
"""A law and the columns that its predictors are read from."""

_TWO_PREDICTORS = ("chinchilla", "kaplan", "coupled")
_REPEATED = ("repetition", "chinchilla-repetition")
_NEGLIGIBLE_WEIGHT = 0.02


@dataclass(frozen=True)
class WeightedLaw:
    """One law fitted to one source, with its weight."""

    names: tuple[str, ...]
    solution: Solution
    trials: list[Trial]
    weight: float


@dataclass(frozen=True)
class Choice:
    """One source with the laws that predict it, the largest weight first."""

    points: Points
    fitted: tuple[WeightedLaw, ...]

    @property
    def lead(self) -> WeightedLaw:
        """The law with the largest weight."""
        return self.fitted[0]

    @property
    def trials(self) -> list[Trial]:
        """The hold-outs as the combination predicted them."""
        if len(self.fitted) == 1:
            return self.lead.trials
        found = [{trial.key: trial for trial in one.trials} for one in self.fitted]
        shared = [key for key in found[0] if all(key in trials for trials in found)]
        return [
            _combined([trials[key] for trials in found], [one.weight for one in self.fitted])
            for key in shared
        ]


def _combined(trials: Sequence[Trial], weights: Sequence[float]) -> Trial:
    logs = np.log([trial.predicted for trial in trials])
    leverage = float(np.dot(weights, [trial.leverage for trial in trials]))
    return replace(trials[0], predicted=float(np.exp(np.dot(weights, logs))), leverage=leverage)


def candidates(
    law: str | Sequence[str], predictors: Sequence[str], points: Points, anchor: float | None
) -> list[Candidate]:
    """List the laws to try for one source, the simplest first.

    ``auto`` stands for every law that the columns allow. For one predictor these are the power
    law, the anchored law if the anchor is known, and the repetition law if epochs vary; for
    parameters and tokens the Chinchilla, Kaplan and coupled forms; for parameters, tokens and
    epochs the Chinchilla form with repetition.
    """
    if law != "auto":
        names = [law] if isinstance(law, str) else list(dict.fromkeys(law))
    elif len(predictors) == 1 or tuple(predictors[1:]) == ("epochs",):
        names = ["power"] if len(predictors) == 1 else []
        names += ["anchored"] if anchor is not None and len(predictors) == 1 else []
        epochs = points.columns.get("epochs")
        names += ["repetition"] if epochs is not None and epochs.max() > epochs.min() else []
    else:
        names = ["chinchilla-repetition"] if len(predictors) == 3 else list(_TWO_PREDICTORS)
    if not names:
        raise FitError("no law was named: give one, a list, or auto")
    return [_candidate(name, anchor, predictors, points) for name in names]


def _candidate(
    name: str, anchor: float | None, predictors: Sequence[str], points: Points
) -> Candidate:
    columns = tuple(predictors)
    if name in _REPEATED and "epochs" not in columns and "epochs" in points.columns:
        columns = (*columns, "epochs")
    return make(name, anchor=anchor, columns=columns), columns


def carries(
    law: str | Sequence[str], predictors: Sequence[str], points: Points, anchor: float | None
) -> bool:
    """Return whether ``points`` are enough for any of the laws."""
    return any(_able(one, points) for one in candidates(law, predictors, points, anchor))


def choose(
    points: Points,
    laws: Sequence[Candidate],
    *,
    delta: float | None,
    floor: float,
    space: Space,
    test: bool = True,
) -> Choice:
    """Fit each law that ``points`` can carry, and weigh it by its errors at withheld budgets.

    A law's weight falls with the square of its error at the hold-outs that all laws predicted;
    errors well below ``floor``, which stands for the run noise, count alike. Without any hold-out
    the first law counts alone. A single law needs no weight; it is held out only if ``test`` asks.

    Raises
    ------
    FitError
        If the points can carry none of the laws; the message is about the first.
    """
    able = [one for one in laws if _able(one, points)]
    if not able:
        require(laws[0][0], points, laws[0][1])
    settings = max((names for _, names in able), key=len)
    tried: list[list[Trial]] = [[] for _ in able]
    if test or len(able) > 1:
        tried = [
            hold_out(law, points, names, settings=settings, delta=delta, floor=floor, space=space)
            for law, names in able
        ]
    fitted = []
    for (law, names), trials, weight in zip(able, tried, _weights(tried, floor), strict=True):
        if weight > 0.0:
            x = points.x(names)
            solution = solve(law, x, points.y, delta=delta, floor=floor, space=space)
            fitted.append(WeightedLaw(names, solution, trials, weight))
    return Choice(points, tuple(sorted(fitted, key=lambda one: -one.weight)))


def _able(candidate: Candidate, points: Points) -> bool:
    try:
        require(candidate[0], points, candidate[1])
    except FitError:
        return False
    return True


def _weights(tried: Sequence[Sequence[Trial]], floor: float) -> list[float]:
    errors = [{trial.key: trial.error for trial in trials} for trials in tried]
    common = set.intersection(*(set(found) for found in errors))
    if not common:
        return [1.0] + [0.0] * (len(tried) - 1)
    squares = np.array([np.mean([found[key] ** 2 for key in common]) for found in errors])
    weights = 1.0 / (squares + floor**2)
    weights = np.where(weights < _NEGLIGIBLE_WEIGHT * weights.sum(), 0.0, weights)
    return [float(weight) for weight in weights / weights.sum()]
