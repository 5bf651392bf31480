"""A curve with its band and the measurements that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.draw.axes import plain
from assay.draw.style import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BAND", "Line", "Values", "curve", "floats", "label_ends"]

Values = ArrayLike | Sequence[float | None]

BAND = 0.16
"""Opacity of a band."""
_LABEL_GAP = 0.055
"""Smallest distance between two labels at the right edge, as a share of the axis."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """One source in a picture: its curve, its band and its runs."""

    name: str
    look: Look
    x: ArrayLike
    y: Values
    """``(n,)``; NaN or ``None`` where there is no value."""
    lower: Values = ()
    upper: Values = ()
    """Bounds of the band, as long as ``x``; empty where there is none."""
    measured_x: ArrayLike = ()
    measured_y: ArrayLike = ()
    measured_to: float = float("inf")
    """Beyond this ``x`` the line is an extrapolation."""


def curve(ax: Axes, line: Line) -> None:
    """Draw a line: dotted where it is an extrapolation, with its band and its measurements."""
    colour = line.look.colour
    x, y = floats(line.x), floats(line.y)
    inside = x <= line.measured_to * (1.0 + 1e-9)
    ax.plot(x[inside], y[inside], color=colour, lw=1.8, ls=line.look.dash)
    beyond = ~inside | np.roll(~inside, -1)
    beyond[-1:] = ~inside[-1:]
    ax.plot(x[beyond], y[beyond], color=colour, lw=1.2, ls=(0.0, (1.0, 1.6)))
    lower, upper = floats(line.lower), floats(line.upper)
    if lower.size:
        ax.fill_between(x, lower, upper, color=colour, alpha=BAND, lw=0)
    if np.size(line.measured_x):
        ax.plot(
            line.measured_x,
            line.measured_y,
            ls="none",
            marker=line.look.marker,
            ms=4.5,
            color=colour,
            alpha=0.9,
        )


def label_ends(ax: Axes, lines: Sequence[Line]) -> None:
    """Name each line at its right end, moved apart where ends are close."""
    bottom, top = ax.get_ylim()
    ends = sorted(map(_end, lines), key=lambda end: (end[0], end[2].name))
    places = _apart([(y - bottom) / (top - bottom) for y, _, _ in ends])
    for place, (y, x, line) in zip(places, ends, strict=True):
        ax.annotate(
            plain(line.name),
            (x, y),
            xytext=(1.02, place),
            textcoords="axes fraction",
            va="center",
            color=line.look.colour,
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": line.look.colour, "lw": 0.5, "alpha": 0.6},
            annotation_clip=False,
        )


def _apart(places: Sequence[float]) -> list[float]:
    """Move rising places apart: upwards, and down again those that leave the axis at its top."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + _LABEL_GAP) if moved else place)
    highest = max(1.0, *places) if places else 1.0
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], highest)
        highest = moved[i] - _LABEL_GAP
    return moved


def _end(line: Line) -> tuple[float, float, Line]:
    x, y = floats(line.x), floats(line.y)
    last = np.flatnonzero(np.isfinite(y))[-1]
    return float(y[last]), float(x[last]), line


def floats(values: Values) -> NDArray[np.float64]:
    """Return values as an array, NaN for ``None``."""
    return np.asarray(cast(ArrayLike, values), dtype=np.float64)
