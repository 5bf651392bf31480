"""The picture of residuals: what a fit leaves unexplained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.draw.axes import frame, log_x, use
from assay.draw.fitted import Fitted, fitted_values, sizes
from assay.draw.style import COLOURS, INK, MUTED, shades, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["residuals"]


def residuals(ax: Axes | None, fit: Fitted) -> Axes:
    """Draw how far each run lies from its fit, beside what the noise of one run explains.

    Over the size where there is one, else over the fitted loss; with two sizes the colour is the
    other size, dark for small. A pattern means that the law bends otherwise than the runs do.

    Parameters
    ----------
    ax
        Axes to draw on; ``None`` for new ones.
    fit
        The fit.

    Raises
    ------
    MissingExtra
        If new axes are wanted and matplotlib is not installed.
    """
    ax = use(ax)
    fitted, named, columns = fitted_values(fit), sizes(fit), fit.points.columns
    errors = 100.0 * (fit.measured / fitted - 1.0)
    noise = 200.0 * fit.errors.noise
    ax.axhspan(
        -noise, noise, color=MUTED, alpha=0.12, lw=0, label="two standard deviations of a run"
    )
    ax.axhline(0.0, color=INK, lw=0.9)
    x = columns[named[0]] if len(named) == 1 else fitted
    other = next((name for name in named if name != "tokens"), "")
    colours = shades(columns[other]) if len(named) > 1 else [COLOURS[0]] * len(x)
    ax.scatter(x, errors, c=colours, s=20, lw=0)
    ax.legend(loc="best", frameon=False, fontsize=8, labelcolor=INK)
    title = f"{fit.source}: residuals of the fit"
    if len(named) > 1:
        title += f", darker for fewer {words(other)}"
    name = f"{words(named[0])} (log scale)" if len(named) == 1 else f"fitted {fit.label}"
    frame(ax, name, "measured over fitted loss minus 1, %", title)
    if len(named) == 1:
        log_x(ax)
    return ax
