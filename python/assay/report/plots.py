"""Draw views on matplotlib axes: an axes and a view in, the axes out. No numbers are made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assay import draw
from assay.draw.axes import frame, log_x, plain
from assay.draw.lines import curve, label_ends
from assay.draw.style import INK, MUTED, Look
from assay.records import CONTROL
from assay.report.formats import probability
from assay.report.views import (
    BacktestView,
    Curve,
    ForgettingView,
    GainView,
    LossView,
    PairView,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_backtest", "draw_forgetting", "draw_gain", "draw_loss", "draw_pairs"]


def draw_loss(ax: Axes, view: LossView, look: Mapping[str, Look]) -> Axes:
    """Draw target loss against trained tokens: laws, bands, measurements."""
    if view.base_loss is not None:
        ax.axhline(view.base_loss, color=MUTED, lw=0.8, ls=":")
        ax.annotate(
            "base, not annealed",
            (0.01, view.base_loss),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            color=MUTED,
            fontsize=8,
        )
    _draw_curves(ax, view.curves, look, "target loss, nats per token")
    return ax


def draw_gain(ax: Axes, view: GainView, look: Mapping[str, Look]) -> Axes:
    """Draw gain over the control against total cost, with crossings and the ranking budget."""
    marks = [
        draw.Mark(
            below=mark.below,
            above=mark.above,
            cost=mark.cost.value,
            lower=mark.cost.lower,
            upper=mark.cost.upper,
        )
        for mark in view.crossings
        if mark.found and CONTROL not in (mark.below, mark.above) and mark.cost.value is not None
    ]
    lines = [_line(one, look) for one in view.curves]
    return draw.crossing(ax, lines, marks, currency=view.currency, at=view.budget)


def draw_pairs(ax: Axes, view: PairView) -> Axes:
    """Draw the matrix of P(row better than column), each cell with its number."""
    values = np.array(view.probability, dtype=np.float64)
    edges = np.arange(len(values) + 1) - 0.5
    ax.pcolormesh(edges, edges, values, cmap="PuOr_r", vmin=0.0, vmax=1.0)
    ax.invert_yaxis()
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            strong = abs(value - 0.5) > 0.3
            ax.text(
                column,
                row,
                probability(value),
                ha="center",
                va="center",
                fontsize=10,
                color="#ffffff" if strong else "#1a1a1a",
            )
    ticks = range(len(view.names))
    ax.set_xticks(ticks, [plain(name) for name in view.names], rotation=20, ha="right")
    ax.set_yticks(ticks, [plain(name) for name in view.names])
    frame(ax, "… than this source", "this source is better …", grid=False)
    ax.tick_params(length=0)
    return ax


def draw_backtest(ax: Axes, view: BacktestView, look: Mapping[str, Look]) -> Axes:
    """Draw the error of predicting each source's withheld largest budget, with its interval."""
    bars = [
        draw.Bar(
            name=bar.source,
            look=look[bar.source],
            observed=bar.observed,
            predicted=bar.predicted,
            lower=bar.lower,
            upper=bar.upper,
        )
        for bar in view.bars
    ]
    return draw.backtest(ax, bars)


def draw_forgetting(ax: Axes, view: ForgettingView, look: Mapping[str, Look]) -> Axes:
    """Draw guard loss minus that of the base: above zero the model has forgotten."""
    ax.axhline(0.0, color=INK, lw=0.9)
    _draw_curves(ax, view.curves, look, "guard loss minus base, nats per token")
    return ax


def _draw_curves(ax: Axes, curves: Sequence[Curve], look: Mapping[str, Look], y: str) -> None:
    """Draw curves over trained tokens, of which the budgets that were run are marked."""
    lines = [_line(one, look) for one in curves]
    for line in lines:
        curve(ax, line)
    frame(ax, "trained tokens in the anneal (log scale)", y)
    log_x(ax, (dot.x for one in curves for dot in one.dots))
    label_ends(ax, lines)


def _line(one: Curve, look: Mapping[str, Look]) -> draw.Line:
    return draw.Line(
        name=one.source,
        look=look[one.source],
        x=one.x,
        y=one.y,
        lower=one.lower,
        upper=one.upper,
        measured_x=[dot.x for dot in one.dots],
        measured_y=[dot.y for dot in one.dots],
        measured_to=one.measured_to,
    )
