"""How fast a fit gets worse as one parameter is moved away from its best value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from assay.draw.axes import frame, log_x, plain, use
from assay.draw.lines import BAND
from assay.draw.style import COLOURS, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["profile"]

_HEIGHT = 2.0
"""The picture is at most this many times as high as the deviance at the ends of the interval."""
_WIDE = 5.0
"""Values that span a larger factor are drawn on a logarithmic axis."""


def profile(
    ax: Axes | None,
    values: ArrayLike,
    deviance: ArrayLike,
    interval: tuple[float | None, float | None],
    *,
    name: str,
    level: float = 0.95,
) -> Axes:
    """Draw the profile likelihood of one parameter, with the interval that it gives.

    Parameters
    ----------
    ax
        Axes to draw on; ``None`` for new ones.
    values
        Values of the parameter in rising order, ``(n,)``.
    deviance
        How much worse the fit is at each, all other parameters at their best, ``(n,)``; 0 at the
        minimum. Values far above the interval's level are left out.
    interval
        Ends of the interval; ``None`` where the profile gives none.
    name
        Name of the parameter.
    level
        Level of the interval.
    """
    ax = use(ax)
    x = np.asarray(values, np.float64)
    y = np.asarray(deviance, np.float64)
    best, (low, high) = float(x[y.argmin()]), interval
    ends = [end for end in interval if end is not None]
    cut = float(np.interp(ends, x, y).mean()) if ends else float(y.max())
    seen = np.flatnonzero(y <= _HEIGHT * cut)
    shown = slice(max(seen[0] - 1, 0), seen[-1] + 2)  # so that the curve leaves at the top
    x, y = x[shown], y[shown]
    ax.axvspan(
        x[0] if low is None else low,
        x[-1] if high is None else high,
        color=COLOURS[0],
        alpha=BAND,
        lw=0,
    )
    ax.plot(x, y, color=COLOURS[0], lw=1.8)
    ax.plot([best], [0.0], marker="o", ms=6, color=COLOURS[0])
    if cut > 0.0 and ends:
        ax.axhline(cut, color=MUTED, lw=0.8, ls=":")
        ax.set_ylim(-0.1 * cut, _HEIGHT * cut)
    title = f"{name} = {best:.3g}, {level:.0%} interval {_said(low, high)}"
    frame(ax, plain(name), "deviance", title)
    if x[0] > 0 and x[-1] / x[0] > _WIDE:
        log_x(ax)
    return ax


def _said(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        ends = [f"above {low:.3g}"] if low is not None else []
        ends += [f"below {high:.3g}"] if high is not None else []
        return "".join(ends) or "without ends"
    return f"{low:.3g} to {high:.3g}"
