"""Which runs of one source would help most to predict its losses at a target.

The draws of the laws are a sample from what is believed of the losses. If the result of a run at
``x`` is ``y``, with run noise of variance ``s^2``, then to first order it takes
``cov(t, y)^2 / (var(y) + s^2)`` off the variance of the log loss ``t`` at a target (value of
information under a linear-Gaussian update: Raiffa and Schlaifer 1961, chapter 5). A run that is
larger than all measured ones also shortens the way from the data to the target, over which the law
itself errs in proportion to the decades; there that error counts as noise of the run too.

Runs are ranked by ``benefit / sqrt(cost)``, the geometric mean of the benefit and of the benefit
per cost. Benefit per cost alone would be right if errors were independent from run to run. They
are not: where the law bends, many small runs err together. The code of Li et al. 2026 (arXiv
2604.22753) divides by ``cost^0.4``.

Which runs would help to *decide between two sources* is another question: see
:mod:`assay.comparison.deciding_runs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from assay.checks import whole
from assay.errors import DataError, FitError
from assay.fitting.points import size_of
from assay.fitting.result import FitResult
from assay.immutable import freeze
from assay.laws.law import Array

__all__ = ["NextRun", "next_runs"]

_NO_VARIANCE = 1e-300


@dataclass(frozen=True, kw_only=True)
class NextRun:
    """A run that would help to predict the target."""

    row: int
    """Its place among the candidates."""
    x: Mapping[str, float]
    cost: float
    benefit: float
    """Expected drop of the variance of the predicted log loss, mean over the targets."""

    def __post_init__(self) -> None:
        """Freeze the setting."""
        freeze(self, x=self.x)

    @property
    def benefit_per_cost(self) -> float:
        """Benefit per unit of cost."""
        return self.benefit / self.cost


def next_runs(
    result: FitResult,
    candidates: Mapping[str, ArrayLike],
    cost: ArrayLike,
    target: Mapping[str, ArrayLike],
    count: int = 1,
) -> list[NextRun]:
    """Choose the runs that help most to predict ``target`` for what they cost, the best first.

    Each is judged as if those before it had been made. Fit again once they have been.

    Parameters
    ----------
    result
        A fit with resamples.
    candidates
        Settings of the runs that could be made, by column of ``result.x``, ``(n,)`` each. One that
        was measured before is a repeat of it.
    cost
        Price of each, ``(n,)``, in any one unit.
    target
        Settings whose loss is to be predicted, by column of ``result.x``, ``(m,)`` each.
    count
        How many runs to choose, each candidate once.

    Raises
    ------
    DataError
        If a column is missing, there is no candidate or no target, or costs are not one positive
        number for each candidate.
    FitError
        If the fit has fewer than two resamples, or ``count`` is no whole number above zero.

    Examples
    --------
    >>> import assay
    >>> tokens = [1e6, 2e6, 4e6, 8e6, 16e6]
    >>> runs = {"tokens": tokens, "loss": [2.0 + 40.0 * t**-0.3 for t in tokens]}
    >>> fit = assay.fit(runs, source=None, resamples=50)["all"]
    >>> options = {"tokens": [1e6, 1e8]}
    >>> (best,) = assay.next_runs(fit, options, cost=options["tokens"], target={"tokens": [1e9]})
    >>> best.x["tokens"] in options["tokens"]
    True
    """
    if not isinstance(result, FitResult):
        found = type(result).__name__
        raise FitError(f'found {found}, expected the fit of one source, such as fits["web"]')
    count = whole(count, "count", 1)
    if len(result.draws) < 2:
        raise FitError(
            f'the fit of "{result.source}" has {len(result.draws)} resamples, and the worth of a '
            "run needs two or more: fit with resamples > 0"
        )
    runs, goals = (
        _columns(result, values, what)
        for values, what in ((candidates, "candidates"), (target, "target"))
    )
    price, number = _floats(cost, "cost"), len(runs[result.x[0]])
    if price.shape != (number,) or not np.all((price > 0) & np.isfinite(price)):
        raise DataError(
            f"found costs of shape {price.shape} for {number} candidates, expected one positive "
            "finite number for each"
        )
    belief, chosen = _Belief.of(result, runs, goals), list[NextRun]()
    free = np.ones(number, dtype=bool)
    for _ in range(min(count, number)):
        benefit = belief.benefit()
        row = int(np.argmax(np.where(free, benefit / np.sqrt(price), -np.inf)))
        at = {name: float(values[row]) for name, values in runs.items()}
        chosen.append(NextRun(row=row, x=at, cost=float(price[row]), benefit=float(benefit[row])))
        belief, free[row] = belief.after(row), False
    return chosen


def _columns(result: FitResult, values: Mapping[str, ArrayLike], what: str) -> dict[str, Array]:
    if not hasattr(values, "__getitem__") or not hasattr(values, "__contains__"):
        raise DataError(f"{what} is {values!r}, expected values by column")
    missing = [name for name in result.x if name not in values]
    if missing:
        raise DataError(
            f"{what} without the column {', '.join(missing)}: the fit of "
            f'"{result.source}" reads {", ".join(result.x)}'
        )
    columns = {name: np.atleast_1d(_floats(values[name], f"{what}, {name}")) for name in result.x}
    shapes = {column.shape for column in columns.values()}
    if len(shapes) > 1 or len(columns[result.x[0]]) == 0:
        raise DataError(f"{what} with columns of shapes {shapes}: expected one length above zero")
    return columns


def _floats(values: ArrayLike, what: str) -> Array:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(f"{what}: not numbers: {error}") from None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Belief:
    """What is believed of the log losses, for ``n`` candidates and ``m`` targets."""

    runs: Array
    """Draws of the laws about their mean, ``(resamples, n)``."""
    goals: Array
    """Draws of the laws at the targets, about their mean, ``(resamples, m)``."""
    run_sizes: Array
    """Sizes of the candidates, in powers of ten, ``(n,)``."""
    goal_sizes: Array
    """Sizes of the targets, in powers of ten, ``(m,)``."""
    low: float
    """Smallest size measured, in powers of ten."""
    high: float
    """Largest size measured, in powers of ten."""
    noise: float
    """Standard deviation of one run about its mean, in log loss."""
    misfit: float
    """Standard deviation of the law's own error, in log loss per decade beyond the data."""

    @classmethod
    def of(
        cls, result: FitResult, runs: Mapping[str, Array], goals: Mapping[str, Array]
    ) -> _Belief:
        laws = replace(result.falling, errors=replace(result.errors, misfit=0.0))
        run, goal = (np.log(laws.value_draws(x)) for x in (runs, goals))
        measured, run_sizes, goal_sizes = (
            np.log10(size_of(result.form, x))
            for x in (
                result.points.x(result.lead.x),
                result.lead.predictors(runs),
                result.lead.predictors(goals),
            )
        )
        return cls(
            runs=run - run.mean(axis=0),
            goals=goal - goal.mean(axis=0),
            run_sizes=run_sizes,
            goal_sizes=goal_sizes,
            low=float(measured.min()),
            high=float(measured.max()),
            noise=result.errors.noise,
            misfit=result.errors.misfit,
        )

    def spread(self) -> tuple[Array, Array]:
        """Return the variance of the laws at each candidate, and of a run about them."""
        beyond = _outside(self.run_sizes, self.low, self.high)
        own = self.noise**2 + (self.misfit * beyond) ** 2
        return np.mean(self.runs**2, axis=0), np.maximum(own, _NO_VARIANCE)

    def benefit(self) -> Array:
        """Return the expected drop of the mean variance of the targets, ``(n,)``."""
        covariance = self.runs.T @ self.goals / len(self.runs)
        learnt = np.mean(covariance**2, axis=1) / np.sum(self.spread(), axis=0)
        size = self.run_sizes[:, None]
        before = _outside(self.goal_sizes, self.low, self.high)
        after = _outside(self.goal_sizes, np.minimum(self.low, size), np.maximum(self.high, size))
        return np.asarray(learnt + self.misfit**2 * np.mean(before**2 - after**2, axis=1))

    def after(self, row: int) -> _Belief:
        """Return what is believed once candidate ``row`` has been run.

        Shrinking the draws along those of the candidate gives the covariances of the update.
        """
        (laws, own), run = self.spread(), self.runs[:, row]
        kept = np.sqrt(own[row] / (laws[row] + own[row]))
        along = (1.0 - kept) * run / np.maximum(run @ run, _NO_VARIANCE)
        size = float(self.run_sizes[row])
        return replace(
            self,
            runs=self.runs - np.outer(along, run @ self.runs),
            goals=self.goals - np.outer(along, run @ self.goals),
            low=min(self.low, size),
            high=max(self.high, size),
        )


def _outside(size: Array, low: float | Array, high: float | Array) -> Array:
    return np.asarray(np.maximum(np.maximum(size - high, low - size), 0.0))
