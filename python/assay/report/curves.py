"""What the report draws: lines of laws, gains and forgetting, crossings, and pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assay.comparison import CurrencyView, Curve, GuardChange, Interval, Pair
from assay.draw.lines import Line, floats
from assay.draw.style import Look
from assay.fitting import FitResult
from assay.records import CONTROL
from assay.report.views import GainView, LawRow, PairTable
from assay.sources import PricedSource

__all__ = ["forgetting_lines", "gain_view", "law_rows", "loss_lines", "pair_table"]

_GRID = 64
_BEYOND = 2.0
"""Curves are drawn to so many times the largest budget that was run."""
_LIKELY = 0.5
"""Crossings less probable than this are not listed."""


def loss_lines(
    fits: Mapping[str, FitResult],
    priced: Mapping[str, PricedSource],
    looks: Mapping[str, Look],
    confidence: float,
) -> tuple[Line, ...]:
    """Return the laws over the tokens that were run, and one doubling beyond."""
    lines = []
    for source, fit in fits.items():
        measured = fit.points.columns["tokens"]
        end = min(_BEYOND * measured.max(), max(priced[source].tokens_max, measured.max()))
        tokens = np.geomspace(measured.min(), end, _GRID)
        band = fit.predict({"tokens": tokens, "epochs": priced[source].epochs(tokens)}, confidence)
        lines.append(
            Line(
                name=source,
                look=looks[source],
                x=tokens,
                y=band["mean"],
                lower=band["lower"],
                upper=band["upper"],
                measured_x=measured,
                measured_y=fit.points.y,
                measured_to=float(measured.max()),
            )
        )
    return tuple(lines)


def gain_view(
    view: CurrencyView, fits: Mapping[str, FitResult], looks: Mapping[str, Look]
) -> GainView:
    """Return gain against total cost, from the smallest budget that was run of each source."""
    lines = [
        _gain_line(view, curve, _least_tokens(fits[curve.source]), looks[curve.source])
        for curve in view.curves
        if curve.source != CONTROL
    ]
    return GainView(
        currency=view.currency,
        lines=tuple(line for line in lines if np.size(line.x)),
        crossings=_likely_crossings(view.pairs),
        budget=view.at,
    )


def pair_table(view: CurrencyView) -> PairTable:
    """Return P(better) of every two sources, and of each against the control."""
    names = (*(standing.source for standing in view.standings), CONTROL)
    table = {(name, name): float("nan") for name in names}
    for pair in view.pairs:
        table[pair.a, pair.b], table[pair.b, pair.a] = pair.better, 1.0 - pair.better
    rows = tuple(tuple(table[row, column] for column in names) for row in names)
    return PairTable(names=names, probability=rows)


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


def forgetting_lines(
    changes: Sequence[GuardChange], looks: Mapping[str, Look]
) -> tuple[Line, ...] | None:
    """Return guard loss minus that of the base, by source; ``None`` if it was not measured.

    Sources are those of ``looks`` and in its order.
    """
    known = [change for change in changes if change.from_base is not None]
    if not known:
        return None
    lines = []
    for source, look in looks.items():
        own = [change for change in known if change.source == source]
        x, y = floats([c.tokens for c in own]), floats([c.from_base for c in own])
        if own:
            lines.append(Line(name=source, look=look, x=x, y=y, measured_x=x, measured_y=y))
    return tuple(lines)


def _least_tokens(fit: FitResult) -> float:
    return float(fit.points.columns["tokens"].min())


def _gain_line(view: CurrencyView, curve: Curve, tokens_from: float, look: Look) -> Line:
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
    return Line(
        name=curve.source,
        look=look,
        x=x,
        y=y,
        lower=lower,
        upper=upper,
        measured_to=curve.measured_to,
    )


def _likely_crossings(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return the pairs whose order more likely changes than not, in rising order of cost."""
    likely = [
        (pair.crossing.cost.value, pair)
        for pair in pairs
        if pair.crossing is not None
        and pair.crossing.cost.value is not None
        and pair.crossing.probability >= _LIKELY
    ]
    return tuple(pair for _, pair in sorted(likely, key=lambda found: found[0]))
