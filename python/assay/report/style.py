"""How the pictures of a report take the colours of its page."""

from __future__ import annotations

from collections.abc import Mapping

from assay.draw.style import COLOURS, GRID, INK, MUTED, Look

__all__ = ["THEMED", "themed"]

THEMED = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    **{colour: f"var(--source-{i})" for i, colour in enumerate(COLOURS)},
}
"""What the page puts in the place of each colour, so that it can be light or dark."""


def themed(looks: Mapping[str, Look]) -> dict[str, str]:
    """Return the colour of each source as the page names it."""
    return {source: THEMED.get(look.colour, look.colour) for source, look in looks.items()}
