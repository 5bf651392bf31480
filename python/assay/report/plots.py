"""Draw views on matplotlib axes: an axes and a view in, the axes out. No numbers are made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assay.records import CONTROL
from assay.report.formats import probability, short
from assay.report.style import AXIS_NAME, GRID, INK, MUTED, Look
from assay.report.views import (
    BacktestView,
    CrossingMark,
    Curve,
    ForgettingView,
    GainView,
    LossView,
    PairView,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_backtest", "draw_forgetting", "draw_gain", "draw_loss", "draw_pairs"]

_BAND = 0.16
_TICKS = 8
_LABEL_GAP = 0.055
"""Smallest distance between two labels at the right edge, as a share of the axis."""


def draw_loss(ax: Axes, view: LossView, look: Mapping[str, Look]) -> Axes:
    """Draw target loss against trained tokens: laws, bands, measurements."""
    for curve in view.curves:
        _draw_curve(ax, curve, look[curve.source])
    _frame(ax, "trained tokens in the anneal (log scale)", "target loss, nats per token")
    _log_x(ax, view.curves)
    _label_ends(ax, view.curves, look)
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
    return ax


def draw_gain(ax: Axes, view: GainView, look: Mapping[str, Look]) -> Axes:
    """Draw gain over the control against total cost, with crossings and the ranking budget."""
    for curve in view.curves:
        _draw_curve(ax, curve, look[curve.source])
    ax.axhline(0.0, color=look[CONTROL].colour, lw=1.0, ls=look[CONTROL].dash)
    _frame(ax, f"{AXIS_NAME[view.currency]} (log scale)", "gain over control, nats per token")
    _log_x(ax)
    _label_ends(ax, view.curves, look)
    for mark in view.crossings:
        if mark.found and CONTROL not in (mark.below, mark.above):
            _draw_crossing(ax, mark)
    ax.axvline(view.budget, color=INK, lw=0.9, ls=(0.0, (4.0, 2.0)))
    ax.annotate(
        "ranked here",
        (view.budget, 0.02),
        xycoords=("data", "axes fraction"),
        xytext=(4, 0),
        textcoords="offset points",
        color=INK,
        fontsize=8,
    )
    return ax


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
    ax.set_xticks(ticks, _plain(view.names), rotation=20, ha="right")
    ax.set_yticks(ticks, _plain(view.names))
    _frame(ax, "… than this source", "this source is better …", grid=False)
    ax.tick_params(length=0)
    return ax


def draw_backtest(ax: Axes, view: BacktestView, look: Mapping[str, Look]) -> Axes:
    """Draw the error of predicting each source's withheld largest budget, with its interval."""
    for place, bar in enumerate(view.bars):
        here = look[bar.source]
        ends = [bar.lower - bar.observed, bar.upper - bar.observed]
        ax.plot(ends, [place, place], color=here.colour, lw=5, alpha=0.35)
        ax.plot([bar.error], [place], marker=here.marker, color=here.colour, ls="none", ms=7)
    ax.axvline(0.0, color=INK, lw=0.9)
    ax.set_yticks(range(len(view.bars)), _plain([bar.source for bar in view.bars]))
    ax.set_ylim(len(view.bars) - 0.5, -0.5)
    _frame(ax, "predicted minus observed loss, nats per token", "")
    return ax


def draw_forgetting(ax: Axes, view: ForgettingView, look: Mapping[str, Look]) -> Axes:
    """Draw guard loss minus that of the base: above zero the model has forgotten."""
    for curve in view.curves:
        _draw_curve(ax, curve, look[curve.source])
    ax.axhline(0.0, color=INK, lw=0.9)
    _frame(ax, "trained tokens in the anneal (log scale)", "guard loss minus base, nats per token")
    _log_x(ax, view.curves)
    _label_ends(ax, view.curves, look)
    return ax


def _draw_curve(ax: Axes, curve: Curve, look: Look) -> None:
    x, y = np.array(curve.x), np.array(curve.y)
    inside = x <= curve.measured_to * (1.0 + 1e-9)
    ax.plot(x[inside], y[inside], color=look.colour, lw=1.8, ls=look.dash)
    beyond = ~inside | np.roll(~inside, -1)
    beyond[-1:] = ~inside[-1:]
    ax.plot(x[beyond], y[beyond], color=look.colour, lw=1.2, ls=(0.0, (1.0, 1.6)))
    if curve.lower:
        ax.fill_between(x, curve.lower, curve.upper, color=look.colour, alpha=_BAND, lw=0)
    if curve.dots:
        ax.plot(
            [dot.x for dot in curve.dots],
            [dot.y for dot in curve.dots],
            ls="none",
            marker=look.marker,
            ms=4.5,
            color=look.colour,
            alpha=0.9,
        )


def _draw_crossing(ax: Axes, mark: CrossingMark) -> None:
    cost = mark.cost.value
    if cost is None:
        return
    left, right = ax.get_xlim()
    ends = [left if mark.cost.lower is None else mark.cost.lower]
    ends += [right if mark.cost.upper is None else mark.cost.upper]
    ax.plot(ends, [mark.gain] * 2, color=INK, lw=1.0, marker="|", ms=6)
    ax.plot([cost], [mark.gain], marker="o", ms=8, mfc="none", mec=INK, mew=1.3)
    ax.annotate(
        f"{_plain([mark.below])[0]} = {_plain([mark.above])[0]}\nat {short(cost)}",
        (cost, mark.gain),
        xytext=(-7, 7),
        textcoords="offset points",
        ha="right",
        color=INK,
        fontsize=8,
    )


def _label_ends(ax: Axes, curves: Sequence[Curve], look: Mapping[str, Look]) -> None:
    """Name each curve at its right end, moved apart where ends are close."""
    bottom, top = ax.get_ylim()
    ends = sorted((float(c.y[-1]), c.source, float(c.x[-1])) for c in curves if c.y)
    place = -np.inf
    for y, source, x in ends:
        share = (y - bottom) / (top - bottom)
        place = max(share, place + _LABEL_GAP)
        ax.annotate(
            _plain([source])[0],
            (x, y),
            xytext=(1.02, place),
            textcoords="axes fraction",
            va="center",
            color=look[source].colour,
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": look[source].colour, "lw": 0.5, "alpha": 0.6},
            annotation_clip=False,
        )


def _log_x(ax: Axes, curves: Sequence[Curve] = ()) -> None:
    """Mark the budgets that were run, or 1, 2, 5 of each power of ten where there are none."""
    ax.set_xscale("log")
    low, high = ax.get_xlim()
    ticks = sorted({dot.x for curve in curves for dot in curve.dots})
    if not ticks or len(ticks) > _TICKS:
        powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
        several = len(powers) <= _TICKS / 2
        ticks = [m * power for power in powers for m in ((1, 2, 5) if several else (1,))]
    ticks = [tick for tick in ticks if low <= tick <= high]
    ax.set_xticks(ticks, [short(tick) for tick in ticks])
    ax.set_xticks([], minor=True)
    ax.set_xlim(low, high)


def _frame(ax: Axes, x: str, y: str, *, grid: bool = True) -> None:
    ax.set_xlabel(x, color=INK, fontsize=9)
    ax.set_ylabel(y, color=INK, fontsize=9)
    ax.tick_params(colors=INK, labelsize=8.5, width=0.6)
    for side, spine in ax.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(MUTED)
        spine.set_linewidth(0.6)
    if grid:
        ax.grid(visible=True, color=GRID, lw=0.6)
        ax.set_axisbelow(True)
    ax.patch.set_visible(False)


def _plain(names: Sequence[str]) -> list[str]:
    """Names without dollar signs' meaning: matplotlib would read formulas between them."""
    return [name.replace("$", r"\$") for name in names]
