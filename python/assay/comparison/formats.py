"""Numbers as people read them: short, without false precision, and ``n/a`` for none."""

from __future__ import annotations

from assay.comparison.records import Interval
from assay.draw import axes

__all__ = ["MISSING", "number", "probability", "short", "within"]

MISSING = "n/a"
"""Stands for what cannot be bought or was not measured."""


def number(value: float | None, form: str = "+.3f") -> str:
    """Write a number in a format, or that there is none."""
    return MISSING if value is None else format(value, form)


def short(value: float | None) -> str:
    """Write a positive number in a few characters, or that there is none."""
    return MISSING if value is None else axes.short(value)


def probability(value: float) -> str:
    """Write a probability without pretending to certainty: ``0.93``, ``>0.99``."""
    return "<0.01" if value < 0.01 else ">0.99" if value > 0.99 else f"{value:.2f}"


def within(interval: Interval, form: str = "+.3f") -> str:
    """Write the ends of an interval, ``+0.310 to +0.520``; an open end is ``beyond``."""
    if interval.value is None:
        return MISSING
    ends = (interval.lower, interval.upper)
    return " to ".join("beyond" if end is None else format(end, form) for end in ends)
