"""Which law a source gets: the one that predicted withheld larger budgets best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assay.errors import FitError
from assay.fit.point import Solution, solve
from assay.fit.points import Points, require
from assay.laws import Law, make
from assay.uncertainty.holdout import Trial, hold_out

__all__ = ["Candidate", "Choice", "candidates", "carries", "choose"]

Candidate = tuple[Law, tuple[str, ...]]
"""A law and the columns that its predictors are read from."""


@dataclass(frozen=True)
class Choice:
    """One source with the law chosen for it."""

    points: Points
    names: tuple[str, ...]
    solution: Solution
    trials: list[Trial]


def candidates(
    law: str | Sequence[str], predictors: Sequence[str], points: Points, anchor: float | None
) -> list[Candidate]:
    """List the laws to try for one source, the simplest first.

    ``auto`` stands for every law that the columns allow: of one predictor the power law, the
    anchored law where the anchor is known, and the repetition law where epochs vary; of two, the
    law in parameters and tokens.
    """
    if law != "auto":
        names = [law] if isinstance(law, str) else list(law)
    elif len(predictors) == 2 and "epochs" not in predictors:
        names = ["chinchilla"]
    else:
        names = ["power"] if len(predictors) == 1 else []
        names += ["anchored"] if anchor is not None and len(predictors) == 1 else []
        epochs = points.columns.get("epochs")
        names += ["repetition"] if epochs is not None and epochs.max() > epochs.min() else []
    if not names:
        raise FitError("no law was named: give one, a list, or auto")
    return [_candidate(make(name, anchor), predictors, points) for name in names]


def _candidate(law: Law, predictors: Sequence[str], points: Points) -> Candidate:
    columns = tuple(predictors)
    if law.predictors[-1] == "epochs" and len(columns) == 1 and "epochs" in points.columns:
        columns = (*columns, "epochs")
    if len(columns) != len(law.predictors):
        raise FitError(
            f"a {law.name} law reads {' and '.join(law.predictors)}, found x = "
            f"{', '.join(columns)}: give {len(law.predictors)} columns"
        )
    return law, columns


def carries(
    law: str | Sequence[str], predictors: Sequence[str], points: Points, anchor: float | None
) -> bool:
    """Return whether ``points`` are enough for any of the laws."""
    return any(_able(one, points) for one in candidates(law, predictors, points, anchor))


def choose(points: Points, laws: Sequence[Candidate], delta: float | None, floor: float) -> Choice:
    """Fit each law that ``points`` can carry and return the best at withheld larger budgets.

    Laws are compared on the hold-outs that all of those with any could predict; the first law
    wins ties and is taken where nothing can be withheld.

    Raises
    ------
    FitError
        If the points can carry none of the laws; the message is of the first.
    """
    able = [one for one in laws if _able(one, points)]
    if not able:
        require(laws[0][0], points, laws[0][1])
    tried = [hold_out(law, points, names, delta=delta, floor=floor) for law, names in able]
    cuts = [{trial.cut for trial in trials} for trials in tried if trials]
    common = set.intersection(*cuts) if cuts else set()
    best = min(range(len(able)), key=lambda i: _score(tried[i], common))
    law, names = able[best]
    solution = solve(law, points.x(names), points.y, delta=delta, floor=floor)
    return Choice(points, names, solution, tried[best])


def _able(candidate: Candidate, points: Points) -> bool:
    try:
        require(candidate[0], points, candidate[1])
    except FitError:
        return False
    return True


def _score(trials: Sequence[Trial], common: set[tuple[float, float]]) -> float:
    """Root mean square error on the common hold-outs; infinite without any."""
    errors = [trial.error for trial in trials if trial.cut in common]
    return float(np.sqrt(np.mean(np.square(errors)))) if errors else float("inf")
