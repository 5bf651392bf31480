"""Choosing laws for a source, and weighing each by how well it predicts withheld budgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assay.errors import FitError
from assay.fitting.holdout import Trial, hold_out
from assay.fitting.objective import Space
from assay.fitting.point.solution import Solution, solve
from assay.fitting.points import Points, are_shares, require
from assay.laws import Law, make

__all__ = ["Candidate", "Choice", "WeightedLaw", "candidates", "carries", "choose", "settings_of"]

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
    weight: float


@dataclass(frozen=True)
class Choice:
    """One source with the laws that predict it, the largest weight first."""

    points: Points
    fitted: tuple[WeightedLaw, ...]
    trials: tuple[Trial, ...]
    """The hold-outs as the combination predicted them, its weights from the kept runs alone."""

    @property
    def lead(self) -> WeightedLaw:
        """The law with the largest weight."""
        return self.fitted[0]


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
    epochs the Chinchilla form with repetition; for shares the mixture law.
    """
    if law != "auto":
        names = [law] if isinstance(law, str) else list(dict.fromkeys(law))
    elif len(predictors) == 1 or tuple(predictors[1:]) == ("epochs",):
        names = ["power"] if len(predictors) == 1 else []
        names += ["anchored"] if anchor is not None and len(predictors) == 1 else []
        epochs = points.columns.get("epochs")
        names += ["repetition"] if epochs is not None and epochs.max() > epochs.min() else []
    elif are_shares([points.columns[name] for name in predictors]):
        names = ["mixture"]
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
    The hold-outs of the combination are predicted as if their runs had never been made: with the
    weights that the kept runs alone give.

    Raises
    ------
    FitError
        If the points can carry none of the laws; the message is about the first.
    """
    able = [one for one in laws if _able(one, points)]
    if not able:
        require(laws[0][0], points, laws[0][1])
    settings, solved = settings_of(laws), [dict[float, Solution]() for _ in able]

    def tried(top: float = np.inf) -> list[list[Trial]]:
        if not test and len(able) == 1:
            return [[]]
        return [
            hold_out(
                law,
                points,
                names,
                settings=settings,
                delta=delta,
                floor=floor,
                space=space,
                top=top,
                solved=known,
            )
            for (law, names), known in zip(able, solved, strict=True)
        ]

    found, fitted = tried(), []
    for (law, names), weight in zip(able, _weights(found, floor), strict=True):
        if weight > 0.0:
            x = points.x(names)
            solution = solve(law, x, points.y, delta=delta, floor=floor, space=space)
            fitted.append(WeightedLaw(names, solution, weight))
    trials = tuple(_nested(found, tried, floor))
    return Choice(points, tuple(sorted(fitted, key=lambda one: -one.weight)), trials)


def settings_of(laws: Sequence[Candidate]) -> tuple[str, ...]:
    """Return the columns that tell settings apart: those of the law that reads the most."""
    return max((names for _, names in laws), key=len)


def _nested(
    found: Sequence[Sequence[Trial]], tried: Callable[[float], list[list[Trial]]], floor: float
) -> Iterator[Trial]:
    """Combine the laws at each cut with the weights that the runs up to the cut give them.

    Of many sizes the cuts depend on the largest one. Only at the last cut, whose error is what is
    reported, are they chosen anew without it.
    """
    if len(found) == 1:
        yield from found[0]
        return
    cuts = sorted({trial.kept_size for trials in found for trial in trials})
    for cut in cuts:
        here = [{t.key: t for t in trials if t.kept_size == cut} for trials in found]
        before: Sequence[Sequence[Trial]] = [
            [t for t in trials if t.size <= cut] for trials in found
        ]
        if cut == cuts[-1]:
            before = tried(cut)
        able = [i for i, trials in enumerate(here) if trials]
        weights = _weights([before[i] for i in able], floor)
        used = [(here[i], weight) for i, weight in zip(able, weights, strict=True) if weight > 0.0]
        for key in used[0][0]:
            yield _combined([trials[key] for trials, _ in used], [weight for _, weight in used])


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
