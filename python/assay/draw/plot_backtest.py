"""The picture of a back-test: how well the largest budgets were predicted from smaller ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.draw.axes import frame, plain, use
from assay.draw.style import INK, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Bar", "backtest"]

_ROW = 0.35
"""Height of a row, in inches."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A withheld budget of one source; losses in nats per token."""

    name: str
    look: Look
    observed: float
    predicted: float
    lower: float
    upper: float
    """Interval for one run."""
    persistence: float | None = None
    """Loss at the largest budget that was kept: the guess that nothing more is gained."""


def backtest(ax: Axes | None, bars: Sequence[Bar], title: str = "") -> Axes:
    """Draw predicted minus observed loss of each withheld budget, with its interval.

    Zero is a perfect prediction; an interval that misses it misses the measured loss. A ring shows
    the error of persistence.
    """
    ax = use(ax, height=1.2 + _ROW * len(bars))
    for place, bar in enumerate(bars):
        colour = bar.look.colour
        ends = [bar.lower - bar.observed, bar.upper - bar.observed]
        ax.plot(ends, [place, place], color=colour, lw=5, alpha=0.35)
        ax.plot([bar.predicted - bar.observed], [place], bar.look.marker, color=colour, ms=7)
        if bar.persistence is not None:
            error = bar.persistence - bar.observed
            ax.plot([error], [place], "o", color=colour, ms=9, mfc="none")
    ax.axvline(0.0, color=INK, lw=0.9)
    ax.set_yticks(range(len(bars)), [plain(bar.name) for bar in bars])
    ax.set_ylim(len(bars) - 0.5, -0.5)
    name = "predicted minus observed loss, nats per token"
    if any(bar.persistence is not None for bar in bars):
        name += "\nring: persistence, the loss at the largest budget that was kept"
    frame(ax, name, "", title)
    return ax
