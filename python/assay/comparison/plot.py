"""A comparison as a picture: what each source gives over total cost, and where orders change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay import draw
from assay.comparison.records import Findings, Pair

if TYPE_CHECKING:
    from assay.draw import Axes

__all__ = ["mark", "plot"]


def plot(findings: Findings, ax: Axes | None = None) -> Axes:
    """Draw the sources over total cost in the deciding currency."""
    view = findings.deciding
    sources = [c for c in view.curves if c.source != findings.control]
    look = draw.looks([c.source for c in sources])
    with_control = findings.control is not None
    lines = [
        draw.Line(
            name=c.source,
            look=look[c.source],
            x=view.cost,
            y=c.gain if with_control else c.loss,
            lower=c.gain_lower if with_control else c.loss_lower,
            upper=c.gain_upper if with_control else c.loss_upper,
            measured_to=c.measured_to,
        )
        for c in sources
        if any(loss is not None for loss in (c.gain if with_control else c.loss))
    ]
    marks = [one for pair in findings.crossings if (one := mark(pair)) is not None]
    return draw.crossing(
        ax,
        lines,
        marks,
        currency=view.currency,
        at=view.at,
        quantity="gain" if with_control else "loss",
        title="what the sources give at equal total cost",
    )


def mark(pair: Pair) -> draw.Mark | None:
    """Return what to draw where the order of two sources changes, if its place is known."""
    crossing = pair.crossing
    if crossing is None or crossing.cost.value is None or pair.below is None:
        return None
    return draw.Mark(
        below=pair.below,
        above=crossing.better_above,
        cost=crossing.cost.value,
        lower=crossing.cost.lower,
        upper=crossing.cost.upper,
    )
