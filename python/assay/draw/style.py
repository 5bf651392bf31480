"""Colours, markers and words that all pictures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.records import BASE, CONTROL
from assay.units import Unit

__all__ = ["COLOURS", "COST", "GRID", "INK", "MUTED", "Look", "looks", "shades", "words"]

INK, MUTED, GRID = "#1b1c1e", "#6d7076", "#e2e4e8"
_CONTROL_COLOUR = "#7f7f7f"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""The palette of Okabe and Ito (2008), told apart with every common colour blindness."""
_MARKERS = "osD^vP"
_DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0.0, None),
    (0.0, (6.0, 1.5)),
    (0.0, (3.0, 1.0, 1.0, 1.0)),
)

COST: dict[Unit, str] = {
    "usd": "total cost, USD",
    "flops": "total cost, FLOPs",
    "gpu_hours": "total cost, GPU-hours",
    "tokens": "trained tokens",
    "cost": "total cost",
}
_WORDS = {"tokens": "trained tokens", "params": "parameters", "unique": "unique tokens"}


@dataclass(frozen=True)
class Look:
    """How a source is drawn, in every picture alike."""

    colour: str
    marker: str
    dash: tuple[float, tuple[float, ...] | None]


def looks(sources: Sequence[str]) -> dict[str, Look]:
    """Give each source a colour, a marker and, when colours run out, a dash."""
    named = [source for source in sources if source not in {CONTROL, BASE}]
    drawn = {
        source: Look(
            COLOURS[i % len(COLOURS)],
            _MARKERS[i % len(_MARKERS)],
            _DASHES[i // len(COLOURS) % len(_DASHES)],
        )
        for i, source in enumerate(named)
    }
    grey = Look(_CONTROL_COLOUR, "x", (0.0, (2.0, 2.0)))
    return {**drawn, CONTROL: grey, BASE: grey}


def shades(values: NDArray[np.float64]) -> list[str]:
    """Return a colour for each size, from dark (small) to light on a log scale.

    The scale is viridis without its palest end: its lightness rises evenly, so that it reads with
    any colour blindness and in grey.
    """
    from matplotlib import colormaps, colors

    logs = np.log(values)
    share = (logs - logs.min()) / (np.ptp(logs) or 1.0)
    return [colors.to_hex(colour) for colour in colormaps["viridis"](0.8 * share)]


def words(column: str) -> str:
    """Return what the axis of a column is called."""
    return _WORDS.get(column, column)
