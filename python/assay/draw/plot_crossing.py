"""The picture of sources at equal total cost, and where one becomes better than another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from assay.draw.axes import frame, log_x, plain, short, use
from assay.draw.lines import Line, curve, floats, label_ends
from assay.draw.style import COST, INK, looks
from assay.records import CONTROL
from assay.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Mark", "crossing"]

_NAME = {"gain": "gain over control", "loss": "loss"}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where two lines meet: below this total cost one source is better, above it the other."""

    below: str
    above: str
    cost: float
    lower: float | None
    upper: float | None
    """Interval of the cost; ``None`` where it has no end in the range looked at."""


def crossing(
    ax: Axes | None,
    lines: Sequence[Line],
    marks: Sequence[Mark] = (),
    *,
    currency: Unit,
    at: float,
    quantity: Literal["gain", "loss"] = "gain",
    title: str = "",
) -> Axes:
    """Draw what sources give against their total cost, with their crossings.

    Parameters
    ----------
    ax
        Axes to draw on; ``None`` for new ones.
    lines
        Gain or loss of each source in nats per token; each has a value somewhere.
    marks
        Crossings, each drawn with the interval of its cost; those of sources without a line are
        left out.
    currency
        The currency of the costs.
    at
        Total cost at which the sources are ranked.
    quantity
        ``gain`` over the control, or the ``loss`` itself.
    title
        What the picture is called.
    """
    ax = use(ax)
    for line in lines:
        curve(ax, line)
    if quantity == "gain":
        control = looks([])[CONTROL]
        ax.axhline(0.0, color=control.colour, lw=1.0, ls=control.dash)
    frame(ax, f"{COST[currency]} (log scale)", f"{_NAME[quantity]}, nats per token", title)
    log_x(ax)
    label_ends(ax, lines)
    drawn = {line.name: line for line in lines}
    shown = [mark for mark in marks if {mark.below, mark.above} <= drawn.keys()]
    heights = [_height(drawn[mark.above], mark.cost) for mark in shown]
    for i, j in enumerate(np.argsort(heights)[::-1]):
        _mark(ax, shown[j], heights[j], above=i % 2 == 0)
    ax.axvline(at, color=INK, lw=0.9, ls=(0.0, (4.0, 2.0)))
    ax.annotate(
        "ranked here",
        (at, 0.02),
        xycoords=("data", "axes fraction"),
        xytext=(4, 0),
        textcoords="offset points",
        color=INK,
        fontsize=8,
    )
    return ax


def _height(line: Line, cost: float) -> float:
    x, y = floats(line.x), floats(line.y)
    known = np.isfinite(y)
    return float(np.interp(np.log(cost), np.log(x[known]), y[known]))


def _mark(ax: Axes, mark: Mark, height: float, *, above: bool) -> None:
    """Draw one crossing; neighbours have their names on different sides of their line."""
    left, right = ax.get_xlim()
    ends = [left if mark.lower is None else mark.lower, right if mark.upper is None else mark.upper]
    ax.plot(ends, [height] * 2, color=INK, lw=1.0, marker="|", ms=6)
    ax.plot([mark.cost], [height], marker="o", ms=8, mfc="none", mec=INK, mew=1.3)
    ax.annotate(
        f"{plain(mark.below)} = {plain(mark.above)}\nat {short(mark.cost)}",
        (mark.cost, height),
        xytext=(-7, 7 if above else -7),
        textcoords="offset points",
        ha="right",
        va="bottom" if above else "top",
        color=INK,
        fontsize=8,
    )
