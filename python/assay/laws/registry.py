"""The explicit list of laws."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assay.errors import FitError
from assay.laws.anchored import Anchored
from assay.laws.chinchilla import Chinchilla
from assay.laws.law import Law
from assay.laws.power import Power
from assay.laws.repetition import Repetition

__all__ = ["LAWS", "make"]

LAWS: Mapping[str, type[Law]] = MappingProxyType(
    {law.name: law for law in (Power, Anchored, Repetition, Chinchilla)}
)
"""Every law by name."""


def make(name: str, anchor: float | None = None) -> Law:
    """Build the law called ``name``; ``anchor`` is the loss at zero spend, for anchored laws.

    Raises
    ------
    FitError
        If there is no such law, or the anchored law is asked for without a positive anchor.
    """
    if name not in LAWS:
        raise FitError(f'there is no law "{name}": choose one of {", ".join(LAWS)}')
    if name != Anchored.name:
        return LAWS[name]()
    if anchor is None or not 0.0 < anchor < float("inf"):
        raise FitError(
            f"the anchored law needs the loss of the base model, found anchor={anchor}: "
            "give anchor=, or measure the base"
        )
    return Anchored(anchor)
