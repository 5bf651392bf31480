"""How the pictures of a report take the colours of its page."""

from __future__ import annotations

from collections.abc import Sequence

from assay import draw
from assay.draw.style import COLOURS, GRID, INK, MUTED
from assay.draw.style import COST as AXIS_NAME

__all__ = ["AXIS_NAME", "THEMED", "Look", "looks"]

THEMED = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    **{colour: f"var(--source-{i})" for i, colour in enumerate(COLOURS)},
}
"""What the page puts in the place of each colour, so that it can be light or dark."""


class Look(draw.Look):
    """How a source is drawn, in every plot alike."""

    @property
    def themed(self) -> str:
        """The colour as the page names it."""
        return THEMED.get(self.colour, self.colour)


def looks(sources: Sequence[str]) -> dict[str, Look]:
    """Give each source a look: see :func:`assay.draw.looks`."""
    return {name: Look(**vars(look)) for name, look in draw.looks(sources).items()}
