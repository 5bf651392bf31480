"""Colours, markers and words that every plot of a report shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.records import BASE, CONTROL
from assay.units import Currency

__all__ = ["AXIS_NAME", "GRID", "INK", "MUTED", "THEMED", "Look", "looks"]

INK, MUTED, GRID = "#0a0b0c", "#0a0b0d", "#0a0b0e"
_CONTROL_COLOUR = "#7f7f7f"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""The palette of Okabe and Ito (2008), told apart with every common colour blindness."""

THEMED = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    **{colour: f"var(--source-{i})" for i, colour in enumerate(_COLOURS)},
}
"""What the page puts in the place of each colour, so that it can be light or dark."""

_MARKERS = "osD^vP"
_DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0.0, None),
    (0.0, (6.0, 1.5)),
    (0.0, (3.0, 1.0, 1.0, 1.0)),
)

AXIS_NAME: dict[Currency, str] = {
    "usd": "total cost, USD",
    "flops": "total cost, FLOPs",
    "gpu_hours": "total cost, GPU-hours",
}


@dataclass(frozen=True)
class Look:
    """How a source is drawn, in every plot alike."""

    colour: str
    marker: str
    dash: tuple[float, tuple[float, ...] | None]

    @property
    def themed(self) -> str:
        """The colour as the page names it."""
        return THEMED.get(self.colour, self.colour)


def looks(sources: Sequence[str]) -> dict[str, Look]:
    """Give each source a colour, a marker and, when colours run out, a dash."""
    named = [source for source in sources if source not in {CONTROL, BASE}]
    drawn = {
        source: Look(
            _COLOURS[i % len(_COLOURS)],
            _MARKERS[i % len(_MARKERS)],
            _DASHES[i // len(_COLOURS) % len(_DASHES)],
        )
        for i, source in enumerate(named)
    }
    grey = Look(_CONTROL_COLOUR, "x", (0.0, (2.0, 2.0)))
    return {**drawn, CONTROL: grey, BASE: grey}
