"""The back-test: pretend that the largest budget was never run, and see what would have been said.

A law earns its place only where it orders sources better than persistence, which keeps the order
seen at the largest budget that was run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from assay.checks import share
from assay.errors import FitError
from assay.fitting.estimate import fit_points
from assay.fitting.holdout import geometric_mean
from assay.fitting.law_choice import candidates, carries, settings_of
from assay.fitting.points import Points, cells, size_of
from assay.fitting.records import Holdout
from assay.fitting.result import FitResult
from assay.fitting.settings import FitSettings, Objective
from assay.fitting.source_points import read_source_points
from assay.fitting.withheld import Backtest, PairCall, Withheld

__all__ = ["backtest", "backtest_fits", "pair_calls"]

_CLEAR = 2.0
"""A difference is clear if it exceeds this many standard deviations of its noise."""
_FEWEST = 2
"""An interval needs at least so many resamples."""


def backtest(
    runs: Any,
    law: str | Sequence[str] = "auto",
    x: str | Sequence[str] = ("tokens",),
    y: str = "loss",
    source: str | None = "source",
    run: str | None = None,
    seed: str | None = None,
    objective: Objective = "huber",
    delta: float | None = None,
    resamples: int = 200,
    random_state: int = 0,
    anchor: float | None = None,
    higher_is_better: bool | None = None,
    level: float = 0.95,
) -> Backtest:
    """Withhold the largest budget of every source, fit the rest, and predict it.

    The arguments are those of :func:`assay.fit`. ``level`` is the level of the intervals, which
    need two ``resamples`` or more. Everything that ``fit`` decides from data, the weights of laws
    included, is decided from the kept runs; only the noise of a run is taken from all repeats. The
    error is the one that ``fit`` and ``compare`` report as withheld.

    Raises
    ------
    DataError
        As :func:`assay.fit`.
    FitError
        If no source has enough budgets to withhold one, or ``x`` has no size; and as
        :func:`assay.fit`.

    Examples
    --------
    >>> import assay
    >>> tokens = [1e6, 2e6, 4e6, 8e6, 16e6]
    >>> runs = {"tokens": tokens, "loss": [2.0 + 40.0 * t**-0.3 for t in tokens]}
    >>> print(assay.backtest(runs, source=None, resamples=50))
    all: power law, predicted 2.276, measured 2.276 (...), 95% interval [...]
    pairs in the right order: 0 of 0 by the laws, 0 by persistence
    """
    settings = FitSettings.of(
        objective=objective,
        delta=delta,
        resamples=resamples,
        fewest=_FEWEST,
        random_state=random_state,
        anchor=anchor,
        y=y,
        higher_is_better=higher_is_better,
    )
    level = share(level, "level")
    table = read_source_points(
        runs,
        law=law,
        x=x,
        y=y,
        source=source,
        run=run,
        seed=seed,
        rising=settings.rises,
    )
    return _backtest(
        table.sources,
        laws=dict.fromkeys(table.sources, law),
        x=table.x,
        y=y,
        settings=settings,
        level=level,
    )


def backtest_fits(fits: Mapping[str, FitResult], resamples: int, level: float) -> Backtest:
    """Back-test fits that were made before, each source with the law that it has.

    Raises
    ------
    FitError
        If no source has enough budgets to withhold one.
    """
    first = next(iter(fits.values()))
    asked = first.request
    return _backtest(
        {name: result.points for name, result in fits.items()},
        laws={name: _tried(result) for name, result in fits.items()},
        x=tuple(name for name in first.x if name != "epochs"),
        y=first.y,
        settings=FitSettings(
            space=first.lead.space,
            delta=None if asked is None else asked.delta,
            resamples=resamples,
            random_state=first.errors.random_state,
            anchor=_anchor(fits) if asked is None else asked.anchor,
            rises=first.rises,
        ),
        level=level,
    )


def _tried(result: FitResult) -> Sequence[str]:
    if result.request is None:
        return [member.law for member in result.members]
    return result.request.laws


def _anchor(fits: Mapping[str, FitResult]) -> float | None:
    anchors = [m.anchor for result in fits.values() for m in result.members]
    return next((anchor for anchor in anchors if anchor is not None), None)


def _backtest(
    sources: Mapping[str, Points],
    *,
    laws: Mapping[str, str | Sequence[str]],
    x: Sequence[str],
    y: str,
    settings: FitSettings,
    level: float,
) -> Backtest:
    tried = {name: candidates(laws[name], x, of, settings.anchor) for name, of in sources.items()}
    if set(x) <= {"epochs"} or not any(any(law.scaled) for of in tried.values() for law, _ in of):
        raise FitError(
            f"x = {', '.join(x)} has no size, of which a back-test withholds the largest: "
            "name a column such as tokens"
        )
    laws = {name: [law.name for law, _ in of] for name, of in tried.items()}
    kept, held, skipped = {}, {}, []
    for name, points in sources.items():
        smaller, largest = _split(points, x)
        if carries(laws[name], x, smaller, settings.anchor):
            kept[name], held[name] = smaller, largest
        else:
            skipped.append(name)
    if not kept:
        raise FitError(
            "no source has enough budgets to withhold the largest one: add runs at other budgets"
        )
    fits = fit_points(kept, laws=laws, x=x, y=y, settings=settings, repeats=list(sources.values()))
    withheld = [
        one
        for name, result in fits.items()
        for one in _predict(result.falling, held[name], settings_of(tried[name]), level)
    ]
    calls = pair_calls({w.source: w.holdout for w in withheld})
    return Backtest(level, tuple(withheld), calls, tuple(skipped), settings.rises)


def pair_calls(holdouts: Mapping[str, Holdout]) -> tuple[PairCall, ...]:
    """Judge the order of every two sources whose withheld and kept budgets are the same."""
    calls = []
    for (a, of_a), (b, of_b) in combinations(holdouts.items(), 2):
        if of_a.cut != of_b.cut:
            continue
        observed = of_b.observed - of_a.observed
        noise = np.hypot(of_a.observed_noise * of_a.observed, of_b.observed_noise * of_b.observed)
        calls.append(
            PairCall(
                a=a,
                b=b,
                observed=observed,
                by_law=of_b.predicted - of_a.predicted,
                by_persistence=of_b.kept_loss - of_a.kept_loss,
                clear=bool(abs(observed) > _CLEAR * noise),
            )
        )
    return tuple(calls)


def _split(points: Points, predictors: Sequence[str]) -> tuple[Points, Points]:
    """Return the points below the largest size, and those at it; epochs do not count as a size."""
    sizes = [points.columns[name] for name in predictors if name != "epochs"]
    size = np.prod(sizes, axis=0)
    return points.take(size < size.max()), points.take(size == size.max())


def _predict(
    result: FitResult, held: Points, settings: Sequence[str], level: float
) -> list[Withheld]:
    kept = result.points
    sizes = size_of(result.form, kept.x(result.lead.x))
    out = []
    for cell in cells(held, settings):
        x = dict(zip(settings, cell.x.tolist(), strict=True))
        columns = result.predict(x, level, kind="run")
        losses = held.y[cell.rows]
        size = float(size_of(result.form, result.lead.predictors(x))[0])
        holdout = Holdout(
            kept_size=float(sizes.max()),
            kept_loss=geometric_mean(kept.y[sizes == sizes.max()]),
            x=x,
            decades=float(np.log10(size / sizes.max())),
            observed=geometric_mean(losses),
            observed_noise=result.errors.noise / float(np.sqrt(len(losses))),
            predicted=float(columns["mean"][0]),
            noise=float(np.std(np.log(result.value_draws(x, "run")))),
        )
        lower, upper = float(columns["lower"][0]), float(columns["upper"][0])
        out.append(
            Withheld(
                source=result.source,
                law=result.law,
                holdout=holdout,
                lower=lower,
                upper=upper,
                runs=len(losses),
                inside=int(np.sum((losses >= lower) & (losses <= upper))),
            )
        )
    return out
