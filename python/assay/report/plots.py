"""Pictures of a report: axes and what to draw in, the axes out. No numbers are made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from assay import draw
from assay.comparison.formats import probability
from assay.comparison.plot import mark
from assay.comparison.records import Interval, Purchase
from assay.draw.axes import frame, log_x, plain
from assay.draw.lines import Line, curve, floats, label_ends
from assay.draw.style import INK, MUTED, Look
from assay.fitting.withheld import Backtest, bars
from assay.records import CONTROL
from assay.report.views import GainView, PairTable
from assay.units import NAMES, Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "draw_backtest",
    "draw_forgetting",
    "draw_gain",
    "draw_losses",
    "draw_pairs",
    "draw_worth",
]

_MARKS = 2
"""More crossings than these, the nearest to the deciding cost, would hide the lines."""
_ROOM = 2.5
"""The worth of a source is drawn up to so many times the largest price or typical worth."""


def draw_losses(ax: Axes, lines: Sequence[Line], base_loss: float | None) -> Axes:
    """Draw target loss against trained tokens: laws, bands, measurements."""
    if base_loss is not None:
        ax.axhline(base_loss, color=MUTED, lw=0.8, ls=":")
        _name(ax, "base, not annealed", base_loss)
    return _over_tokens(ax, lines, "target loss, nats per token")


def draw_gain(ax: Axes, view: GainView) -> Axes:
    """Draw gain over the control against total cost, with crossings and the ranking budget."""
    sure = [pair for pair in view.crossings if pair.crossing is not None and pair.crossing.found]
    marks = [mark(pair) for pair in sure if CONTROL not in (pair.a, pair.b)]
    known = [one for one in marks if one is not None]
    known.sort(key=lambda one: abs(np.log(one.cost / view.budget)))
    known = known[:_MARKS]
    return draw.crossing(ax, view.lines, known, currency=view.currency, at=view.budget)


def draw_worth(
    ax: Axes, purchases: Sequence[Purchase], looks: Mapping[str, Look], currency: Unit
) -> Axes:
    """Draw what each text is worth, with its interval, beside the price that is asked for it."""
    shown = [one for one in purchases if one.bill is not None and one.against is not None]
    asked = [one.bill.text[currency] for one in shown if one.bill is not None]
    middles = [one.worth.value for one in shown if one.worth.value is not None]
    end = _ROOM * max([*asked, *middles], default=1.0) or 1.0
    end = min(end, 1.1 * max([*asked, *(_upper(one.worth, end) for one in shown)], default=end))
    for row, (purchase, price) in enumerate(zip(shown, asked, strict=True)):
        _worth_bar(ax, row, purchase.worth, looks[purchase.source], end)
        ax.plot([price] * 2, [row - 0.32, row + 0.32], color=INK, lw=1.6)
    ax.set_xlim(-0.01 * end, end)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_yticks(range(len(shown)), [plain(one.source) for one in shown])
    frame(ax, f"{NAMES[currency]} for the text", "")
    return ax


def _upper(worth: Interval, end: float) -> float:
    return end if worth.upper is None else worth.upper


def _worth_bar(ax: Axes, row: int, worth: Interval, look: Look, end: float) -> None:
    """Draw one interval with its middle; an arrow where it goes on beyond the axis."""
    upper = _upper(worth, end)
    ends = [min(worth.lower or 0.0, end), min(upper, end)]
    ax.plot(ends, [row] * 2, color=look.colour, lw=5.0, alpha=0.35, solid_capstyle="butt")
    if upper >= end:
        ax.plot([end], [row], marker=">", color=look.colour, ms=7, clip_on=False)
    if worth.value is not None and worth.value < end:
        ax.plot([worth.value], [row], marker=look.marker, color=look.colour, ms=7)


def draw_pairs(ax: Axes, table: PairTable) -> Axes:
    """Draw the matrix of P(row better than column), each cell with its number."""
    values = np.array(table.probability, dtype=np.float64)
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
    ticks = range(len(table.names))
    ax.set_xticks(ticks, [plain(name) for name in table.names], rotation=20, ha="right")
    ax.set_yticks(ticks, [plain(name) for name in table.names])
    frame(ax, "… than this source", "this source is better …", grid=False)
    ax.tick_params(length=0)
    return ax


def draw_backtest(ax: Axes, test: Backtest, looks: Mapping[str, Look]) -> Axes:
    """Draw the error of predicting each source's withheld largest budget, with its interval."""
    # The report tells of persistence in words.
    return draw.backtest(ax, [replace(bar, persistence=None) for bar in bars(test, looks)])


def draw_forgetting(ax: Axes, lines: Sequence[Line], limit: float | None = None) -> Axes:
    """Draw guard loss minus that of the base: above zero the model has forgotten."""
    ax.axhline(0.0, color=INK, lw=0.9)
    if limit is not None:
        ax.axhline(limit, color=MUTED, lw=0.9, ls=(0.0, (4.0, 2.0)))
        _name(ax, "limit", limit)
    return _over_tokens(ax, lines, "guard loss minus base, nats per token")


def _name(ax: Axes, text: str, height: float) -> None:
    """Name a level line, above its right end."""
    ax.annotate(
        text,
        (0.99, height),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        color=MUTED,
        fontsize=8,
    )


def _over_tokens(ax: Axes, lines: Sequence[Line], y: str) -> Axes:
    """Draw lines over trained tokens, with the budgets that were run marked on the axis."""
    for line in lines:
        curve(ax, line)
    frame(ax, "trained tokens in the anneal (log scale)", y)
    log_x(ax, (tokens for line in lines for tokens in floats(line.measured_x).tolist()))
    label_ends(ax, lines)
    return ax
