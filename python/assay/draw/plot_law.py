"""A fitted law with the runs that it was fitted to, and what it says beyond them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from assay.draw.axes import beyond, frame, log_x, short, use
from assay.draw.fitted import Array, Fitted, fitted_values, sizes
from assay.draw.lines import BAND, Line, curve, floats, label_ends
from assay.draw.style import COLOURS, INK, Look, looks, shades, words
from assay.errors import FitError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["law", "laws"]

_GRID = 96
_LEVEL = 0.95
_LINES = 6
"""At most so many lines of a family are drawn."""
_MARGIN = 0.02
"""Free space at the left, as a share of the picture."""
_NEAR = np.log(1.25)
"""Runs belong to a line if their value is within this log distance of the value of the line."""


def law(ax: Axes | None, fit: Fitted) -> Axes:
    """Draw a fit over the sizes of its runs and up to a decade beyond them.

    One size: the mean with its 95% band and, lighter, that of one run. Two sizes: a line for each
    value of the other, or for six of them. Epochs beside one size follow from the unique tokens of
    the repeated runs, which make such a family of lines where they differ. A law that reads
    anything else: measured against fitted loss.

    Parameters
    ----------
    ax
        Axes to draw on; ``None`` for new ones.
    fit
        The fit; without resamples it has no bands.

    Raises
    ------
    MissingExtra
        If new axes are wanted and matplotlib is not installed.
    """
    ax = use(ax)
    named = sizes(fit)
    others = set(fit.x) - set(named)
    if len(named) == 1 and not others:
        return _single(ax, fit, named[0], lambda x: {named[0]: x})
    if len(named) == 1 and others == {"epochs"}:
        return _repeated(ax, fit, named[0])
    if len(named) == 2 and not others:
        axis = "tokens" if "tokens" in named else named[1]
        (other,) = set(named) - {axis}
        group = fit.points.columns[other]

        def columns(x: Array, value: float) -> dict[str, Array]:
            return {axis: x, other: np.full_like(x, value)}

        return _family(ax, fit, _Family(axis, other, group, np.unique(group), columns))
    return _fitted_and_measured(ax, fit)


def laws(ax: Axes | None, fits: Sequence[Fitted]) -> Axes:
    """Draw the fits of several sources over the one size of their runs, without repetition.

    Each is its runs and its mean, with the 95% band where it has resamples.

    Parameters
    ----------
    ax
        Axes to draw on; ``None`` for new ones.
    fits
        The fits, which read the same size.

    Raises
    ------
    FitError
        If the laws read more than one size, or shares.
    MissingExtra
        If new axes are wanted and matplotlib is not installed.
    """
    named = {tuple(sizes(fit)) for fit in fits}
    if any(set(fit.x) - set(sizes(fit)) - {"epochs"} for fit in fits) or len(named) > 1:
        raise FitError(f"laws in {', '.join(fits[0].x)} are drawn one by one: plot each source")
    [axes] = named
    if len(axes) != 1:
        raise FitError(f"laws in {', '.join(axes)} are drawn one by one: plot each source")
    ax, (axis,), look = use(ax), axes, looks([fit.source for fit in fits])
    everything = np.concatenate([fit.points.columns[axis] for fit in fits])
    lines = []
    for fit in fits:
        size = fit.points.columns[axis]
        x = _grid(size, everything)
        columns = {axis: x, "epochs": np.ones_like(x)}
        line = _line(fit, columns, x, look[fit.source], fit.source, float(size.max()))
        line = replace(line, measured_x=size, measured_y=fit.measured)
        curve(ax, line)
        lines.append(line)
    frame(ax, f"{words(axis)} (log scale)", fits[0].label, f"measured and fitted {fits[0].y}")
    _show(ax, everything, np.concatenate([fit.measured for fit in fits]), lines)
    label_ends(ax, lines)
    return ax


def _repeated(ax: Axes, fit: Fitted, axis: str) -> Axes:
    """Draw a law of repetition: epochs begin where the unique tokens end."""
    size, epochs = fit.points.columns[axis], fit.points.columns["epochs"]
    unique = size / epochs
    pools = np.power(10.0, np.unique(np.round(np.log10(unique[epochs > 1.0]), 2)))

    def columns(x: Array, pool: float) -> dict[str, Array]:
        return {axis: x, "epochs": np.maximum(x / pool, 1.0)}

    if len(pools) > 1:
        return _family(ax, fit, _Family(axis, "unique", unique, pools, columns))
    pool = float(pools[0]) if len(pools) else np.inf
    return _single(ax, fit, axis, lambda x: columns(x, pool))


def _single(ax: Axes, fit: Fitted, axis: str, columns: Callable[[Array], dict[str, Array]]) -> Axes:
    size, look = fit.points.columns[axis], looks([fit.source])[fit.source]
    x = _grid(size, size)
    line = _line(fit, columns(x), x, look, fit.source, float(size.max()))
    if len(fit.draws):
        run = fit.predict(columns(x), _LEVEL, "run")
        ax.fill_between(x, run["lower"], run["upper"], color=look.colour, alpha=BAND / 2, lw=0)
    curve(ax, replace(line, measured_x=size, measured_y=fit.measured))
    _name_parts(ax, fit, look)
    return _finish(ax, fit, axis, [line])


@dataclass(frozen=True)
class _Family:
    """Lines over ``axis``, one for each value of something else."""

    axis: str
    other: str
    group: Array
    """Value of the other for each run, ``(n,)``."""
    values: Array
    """Values that a line may be drawn for, in rising order."""
    columns: Callable[[Array, float], dict[str, Array]]
    """Columns of a prediction along one line."""


def _family(ax: Axes, fit: Fitted, family: _Family) -> Axes:
    size = fit.points.columns[family.axis]
    values = _spread(family.values)
    colours = shades(np.concatenate([family.group, values]))
    ax.scatter(size, fit.measured, c=colours[: len(size)], s=16, lw=0, zorder=3)
    lines = []
    for value, colour in zip(values.tolist(), colours[len(size) :], strict=True):
        near = size[np.abs(np.log(family.group / value)) < _NEAR]
        x = _grid(near, size)
        look = replace(looks([fit.source])[fit.source], colour=colour)
        line = _line(fit, family.columns(x, value), x, look, short(value), float(near.max()))
        curve(ax, line)
        lines.append(line)
    what = f", lines by number of {words(family.other)}"
    _finish(ax, fit, family.axis, lines, what)
    label_ends(ax, lines)
    return ax


def _spread(values: Array) -> Array:
    """Return at most ``_LINES`` of the values, as evenly spread on a log scale as they allow."""
    wanted = np.geomspace(values[0], values[-1], _LINES)
    nearest = np.abs(np.log(values[:, None] / wanted)).argmin(axis=0)
    return np.asarray(values[np.unique(nearest)])


def _line(
    fit: Fitted, columns: dict[str, Array], x: Array, look: Look, name: str, measured_to: float
) -> Line:
    found = fit.predict(columns, _LEVEL if len(fit.draws) else None, "mean")
    return Line(
        name=name,
        look=look,
        x=x,
        y=found["mean"],
        lower=found.get("lower", ()),
        upper=found.get("upper", ()),
        measured_to=measured_to,
    )


def _grid(near: Array, size: Array) -> Array:
    """Return sizes from the smallest run of a line to the right edge of the picture.

    That is half as many decades beyond the largest run as the runs span: 0.3 at least, 1 at most.
    The largest run of the line is among them, where its style changes.
    """
    reach = float(np.clip(0.5 * np.log10(size.max() / size.min()), 0.3, 1.0))
    grid = np.geomspace(near.min(), size.max() * 10.0**reach, _GRID)
    return np.sort(np.append(grid, near.max()))


def _name_parts(ax: Axes, fit: Fitted, look: Look) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    count = len(fit.members)
    laws = f"{fit.law} law" if count == 1 else f"of {count} laws, {fit.law} first"
    parts: list[Line2D | Patch] = [
        Line2D([], [], color=look.colour, marker=look.marker, ls="none", ms=4.5, label="a run"),
        Line2D([], [], color=look.colour, lw=1.8, label=f"mean ({laws})"),
    ]
    if len(fit.draws):
        parts += [
            Patch(color=look.colour, alpha=1.5 * BAND, lw=0, label=f"{_LEVEL:.0%} of the mean"),
            Patch(color=look.colour, alpha=BAND / 2, lw=0, label=f"{_LEVEL:.0%} of one run"),
        ]
    ax.legend(handles=parts, loc="lower left", frameon=False, fontsize=8, labelcolor=INK)


def _finish(ax: Axes, fit: Fitted, axis: str, lines: Sequence[Line], what: str = "") -> Axes:
    """Name the axes, and let runs and lines, not bands, decide what is shown."""
    title = f"{fit.source}: measured and fitted {fit.y}{what}"
    frame(ax, f"{words(axis)} (log scale)", fit.label, title)
    _show(ax, fit.points.columns[axis], fit.measured, lines)
    return ax


def _show(ax: Axes, size: Array, measured: Array, lines: Sequence[Line]) -> None:
    edge, end = float(size.max()), float(_grid(size, size)[-1])
    ax.set_xlim(float(size.min()) * (size.min() / end) ** _MARGIN, end)
    shown = np.concatenate([measured, *(floats(line.y) for line in lines)])
    margin = 4 * _MARGIN * np.ptp(shown)
    ax.set_ylim(shown.min() - margin, shown.max() + margin)
    log_x(ax)
    beyond(ax, edge, end)


def _fitted_and_measured(ax: Axes, fit: Fitted) -> Axes:
    fitted, measured = fitted_values(fit), fit.measured
    ends = [min(fitted.min(), measured.min()), max(fitted.max(), measured.max())]
    ax.plot(ends, ends, color=INK, lw=0.9)
    ax.plot(fitted, measured, "o", ms=4.5, color=COLOURS[0], alpha=0.7, mew=0)
    typical = np.median(np.abs(measured / fitted - 1.0))
    title = f"{fit.source}: measured against fitted {fit.y}, typical error {typical:.2%}"
    frame(ax, f"fitted {fit.label}", f"measured {fit.label}", title)
    return ax
