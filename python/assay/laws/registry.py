"""The list of all laws, and how to build one by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assay.errors import FitError
from assay.laws.anchored import Anchored
from assay.laws.broken import Broken
from assay.laws.chinchilla import Chinchilla
from assay.laws.chinchilla_repetition import ChinchillaRepetition
from assay.laws.coupled import Coupled
from assay.laws.kaplan import Kaplan
from assay.laws.law import Law
from assay.laws.m4 import M4
from assay.laws.mixture import Mixture
from assay.laws.power import Power
from assay.laws.rectified import Rectified
from assay.laws.repetition import Repetition
from assay.laws.tied import Tied

__all__ = ["LAWS", "make"]

LAWS: Mapping[str, type[Law]] = MappingProxyType(
    {
        law.name: law
        for law in (
            *(Power, Anchored, Rectified, Broken, M4),
            *(Repetition, Chinchilla, Tied, Kaplan, Coupled),
            *(ChinchillaRepetition, Mixture),
        )
    }
)
"""Every law by name, and what each takes.

========================================= ========================
power, anchored, rectified, broken, m4    x
repetition                                x, epochs
chinchilla, tied, kaplan, coupled         params, tokens
chinchilla-repetition                     params, tokens, epochs
mixture                                   two or more proportions
========================================= ========================
"""


_SIZES = {"params", "tokens", "epochs"}
"""Columns that mean what their names say, wherever they are given."""


def make(name: str, anchor: float | None = None, columns: tuple[str, ...] = ()) -> Law:
    """Build the law called ``name``.

    Parameters
    ----------
    anchor
        Loss at zero spend, for the anchored law.
    columns
        Columns that the predictors are read from. The mixture law needs them; for the others
        their number is checked where they are given.

    Raises
    ------
    FitError
        If there is no such law, the anchored law is asked for without a positive anchor, the
        number of columns is not that of the law's predictors, or one is named as another.
    """
    if name not in LAWS:
        raise FitError(f'there is no law "{name}": choose one of {", ".join(LAWS)}')
    law = _build(name, anchor, columns)
    if columns and len(columns) != len(law.predictors):
        raise FitError(
            f"a {name} law reads {', '.join(law.predictors)}, found x = {', '.join(columns)}: "
            f"give {len(law.predictors)} column(s)"
        )
    for column, predictor in zip(columns, law.predictors, strict=False):
        if column != predictor and {column, predictor} <= _SIZES:
            raise FitError(
                f"a {name} law reads {', '.join(law.predictors)}, found x = {', '.join(columns)}, "
                f"and {column} would be taken for {predictor}: put the columns in that order"
            )
    return law


def _build(name: str, anchor: float | None, columns: tuple[str, ...]) -> Law:
    if name == Mixture.name:
        if len(columns) < 2:
            raise FitError(
                "a mixture law reads two or more proportions, found x = "
                f"{', '.join(columns) or 'nothing'}: give their columns"
            )
        return Mixture(columns)
    if name != Anchored.name:
        return LAWS[name]()
    if anchor is None or not 0.0 < anchor < float("inf"):
        raise FitError(
            f"the anchored law needs the loss of the base model, found anchor={anchor}: "
            "give anchor=, or measure the base"
        )
    return Anchored(anchor)
