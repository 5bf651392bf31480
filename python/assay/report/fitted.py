"""Views of what was fitted and compared: curves, crossings, rankings, back-test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assay.comparison import Comparison, CurrencyView, Interval
from assay.comparison import Curve as CostCurve
from assay.fitting import FitResult
from assay.records import CONTROL
from assay.report.views import (
    BacktestView,
    CrossingMark,
    Curve,
    Dot,
    GainView,
    LawRow,
    LossView,
    PairView,
    RankingRow,
    RankingView,
    WithheldBar,
)
from assay.sources import PricedSource

__all__ = ["backtest_view", "gain_view", "law_rows", "loss_view", "pair_view", "ranking_view"]

_GRID = 64
_BEYOND = 2.0
"""Curves are drawn to so many times the largest budget that was run."""
_LIKELY = 0.5
"""Crossings less probable than this are not listed."""


def loss_view(
    fits: Mapping[str, FitResult],
    priced: Mapping[str, PricedSource],
    base_loss: float | None,
    confidence: float,
) -> LossView:
    """Return the laws over the tokens that were run, and one doubling beyond."""
    curves = []
    for source, fit in fits.items():
        measured = fit.points.columns["tokens"]
        end = min(_BEYOND * measured.max(), max(priced[source].tokens_max, measured.max()))
        tokens = np.geomspace(measured.min(), end, _GRID)
        band = fit.predict({"tokens": tokens, "epochs": priced[source].epochs(tokens)}, confidence)
        curves.append(
            Curve(
                source=source,
                x=tuple(tokens.tolist()),
                y=tuple(band["mean"].tolist()),
                lower=tuple(band["lower"].tolist()),
                upper=tuple(band["upper"].tolist()),
                dots=tuple(map(Dot, measured.tolist(), fit.points.y.tolist())),
                measured_to=float(measured.max()),
            )
        )
    return LossView(curves=tuple(curves), base_loss=base_loss)


def gain_view(view: CurrencyView, fits: Mapping[str, FitResult]) -> GainView:
    """Return gain against total cost, from the smallest budget that was run of each source."""
    curves = {
        curve.source: _gain_curve(
            view, curve, float(fits[curve.source].points.columns["tokens"].min())
        )
        for curve in view.curves
        if curve.source != CONTROL
    }
    return GainView(
        currency=view.currency,
        curves=tuple(curve for curve in curves.values() if curve.x),
        crossings=_crossings(view, curves),
        budget=view.at,
    )


def ranking_view(view: CurrencyView) -> RankingView:
    """Return the standings with the single-budget ranking beside them."""
    losses = dict(view.single.losses) if view.single else {}
    losses.pop(CONTROL, None)
    single = {source: rank for rank, source in enumerate(losses, start=1)}
    rows = tuple(
        RankingRow(
            source=standing.source,
            tokens=standing.tokens,
            epochs=standing.epochs,
            gain=standing.gain,
            best=standing.best,
            gains=standing.gains,
            law_rank=rank,
            single_rank=single.get(standing.source),
            single_loss=losses.get(standing.source),
        )
        for rank, standing in enumerate(view.standings, start=1)
    )
    cost = view.single.cost if view.single else None
    return RankingView(currency=view.currency, budget=view.at, single_cost=cost, rows=rows)


def pair_view(view: CurrencyView) -> PairView:
    """Return P(better) of every two sources, and of each against the control."""
    names = (*(standing.source for standing in view.standings), CONTROL)
    table = {(name, name): float("nan") for name in names}
    for pair in view.pairs:
        table[pair.a, pair.b], table[pair.b, pair.a] = pair.better, 1.0 - pair.better
    rows = tuple(tuple(table[row, column] for column in names) for row in names)
    return PairView(names=names, probability=rows, pairs=view.pairs)


def backtest_view(comparison: Comparison) -> BacktestView | None:
    """Return the withheld largest budgets; ``None`` where none could be withheld."""
    test = comparison.backtest
    if test is None:
        return None
    bars = tuple(
        WithheldBar(
            source=one.source,
            tokens=one.holdout.x["tokens"],
            observed=one.holdout.observed,
            predicted=one.holdout.predicted,
            lower=one.lower,
            upper=one.upper,
        )
        for one in test.withheld
    )
    return BacktestView(
        bars=bars,
        pairs=len(test.pairs),
        by_law=sum(pair.law_right for pair in test.pairs),
        by_persistence=sum(pair.persistence_right for pair in test.pairs),
    )


def law_rows(fits: Mapping[str, FitResult], confidence: float) -> tuple[LawRow, ...]:
    """Return the law of each source with its parameters, their intervals and its flags."""
    rows = []
    for source, fit in fits.items():
        bounds = fit.conf_int(confidence)
        params = {name: Interval(value, *bounds[name]) for name, value in fit.params.items()}
        flags = tuple(flag.message for flag in fit.warnings)
        rows.append(
            LawRow(source=source, law=fit.law, status=fit.status, params=params, flags=flags)
        )
    return tuple(rows)


def _gain_curve(view: CurrencyView, curve: CostCurve, tokens_from: float) -> Curve:
    columns = (view.cost, curve.gain, curve.gain_lower, curve.gain_upper)
    points = [
        (cost, gain, lower, upper)
        for cost, gain, lower, upper, tokens in zip(*columns, curve.tokens, strict=True)
        if tokens is not None
        and tokens >= tokens_from
        and gain is not None
        and lower is not None
        and upper is not None
    ]
    x, y, lower, upper = zip(*points, strict=True) if points else ((), (), (), ())
    return Curve(
        source=curve.source, x=x, y=y, lower=lower, upper=upper, measured_to=curve.measured_to
    )


def _crossings(view: CurrencyView, curves: Mapping[str, Curve]) -> tuple[CrossingMark, ...]:
    marks = []
    for pair in view.pairs:
        crossing = pair.crossing
        if crossing is None or crossing.cost.value is None or crossing.probability < _LIKELY:
            continue
        above = crossing.better_above
        below = pair.b if above == pair.a else pair.a
        curve = curves[below if above == CONTROL else above]
        at_control = CONTROL in (pair.a, pair.b) or not curve.x
        marks.append(
            CrossingMark(
                below=below,
                above=above,
                cost=crossing.cost,
                gain=0.0 if at_control else _at(curve, crossing.cost.value),
                probability=crossing.probability,
                found=crossing.found,
            )
        )
    return tuple(sorted(marks, key=lambda mark: mark.cost.value or 0.0))


def _at(curve: Curve, x: float) -> float:
    return float(np.interp(np.log(x), np.log(curve.x), curve.y))
