"""Axes as all pictures have them: frame, logarithmic ticks, numbers and names that read well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from assay.draw.style import GRID, INK, MUTED
from assay.errors import FitError, MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["beyond", "frame", "log_x", "plain", "short", "use"]

_TICKS = 8
_DECADES = 3.0
"""Axes that span more mark powers of ten alone."""
_SIZE = (6.8, 4.2)


def use(ax: Axes | None, height: float = _SIZE[1]) -> Axes:
    """Return ``ax``, or new axes, ``height`` inches high, where there are none.

    Raises
    ------
    MissingExtra
        If new axes are wanted and matplotlib is not installed.
    FitError
        If ``ax`` is something else.
    """
    if ax is not None:
        if not hasattr(ax, "transAxes"):
            raise FitError(f"ax is {ax!r}, expected matplotlib axes, or None for new ones")
        return ax
    MissingExtra.check("report", "drawing")
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(_SIZE[0], height), layout="constrained")[1]


def frame(ax: Axes, x: str, y: str, title: str = "", *, grid: bool = True) -> None:
    """Name the axes and the picture, and keep lines that carry no number quiet."""
    ax.set_xlabel(x, color=INK, fontsize=9)
    ax.set_ylabel(y, color=INK, fontsize=9)
    ax.set_title(plain(title), color=INK, fontsize=10, loc="left")
    ax.tick_params(colors=INK, labelsize=8.5, width=0.6)
    for side, spine in ax.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(MUTED)
        spine.set_linewidth(0.6)
    if grid:
        ax.grid(visible=True, color=GRID, lw=0.6)
        ax.set_axisbelow(True)
    ax.patch.set_visible(False)


def log_x(ax: Axes, ticks: Iterable[float] = ()) -> None:
    """Make x logarithmic; mark ``ticks`` or, if they are none or many, 1, 2, 5 of each power."""
    ax.set_xscale("log")
    low, high = ax.get_xlim()
    marked = sorted(set(ticks))
    if not marked or len(marked) > _TICKS:
        powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
        several = np.log10(high / low) <= _DECADES
        marked = [m * power for power in powers for m in ((1, 2, 5) if several else (1,))]
    marked = [tick for tick in marked if low <= tick <= high]
    ax.set_xticks(marked, [short(tick) for tick in marked])
    ax.set_xticks([], minor=True)
    ax.set_xlim(low, high)


def beyond(ax: Axes, edge: float, end: float) -> None:
    """Shade what lies beyond the runs, from ``edge`` to ``end``, and say how far that is."""
    ax.axvspan(edge, end, color=GRID, alpha=0.45, lw=0, zorder=0)
    decades = np.log10(end / edge)
    ax.text(
        np.sqrt(edge * end),
        0.98,
        f"extrapolation:\n{decades:.1f} decades",
        transform=ax.get_xaxis_transform(),
        ha="center",
        va="top",
        color=MUTED,
        fontsize=8,
    )


def short(value: float) -> str:
    """Write a positive number in a few characters: ``16.4k``, ``1.05M``, ``2.1T``, ``8``."""
    if value >= 1e15:
        return f"{value:.2g}"
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def plain(name: str) -> str:
    """Return a name without dollar signs' meaning: matplotlib reads formulas between them."""
    return name.replace("$", r"\$")
