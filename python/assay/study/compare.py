"""The compare stage: sources at equal total cost, and how much each made the base forget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assay.comparison import Comparison, compare
from assay.comparison.forgetting import guard_changes, largest_budgets
from assay.comparison.prices import Priced
from assay.fitting import FitResult, Fits
from assay.records import CONTROL, Measurement
from assay.study.file import Study
from assay.study.fit import read_fits
from assay.study.kept import kept_or_made, read_current, read_kept
from assay.study.measurements import read_measured
from assay.study.prices import planned_prices
from assay.units import Quantity

__all__ = ["compare_measurements", "compare_study", "read_comparison"]


def compare_study(study: Study) -> Comparison:
    """Compare the sources of a study at equal total cost and decide, unless that is kept.

    Raises
    ------
    DataError
        If a stage before has not run, or the fits are not those of the study as it is.
    """
    fits, file = read_fits(study), study.file

    def make() -> Comparison:
        return compare_measurements(
            fits,
            planned_prices(study),
            measurements=read_measured(study).rows,
            budget=file.study.quantity,
            confidence=file.fit.confidence,
        )

    path = study.output.comparison
    return kept_or_made(study, path, Comparison, _made_from(study), make)


def read_comparison(study: Study) -> Comparison:
    """Read the comparison of a study.

    Raises
    ------
    DataError
        If there is none, or something that it follows from changed since.
    """
    path = study.output.comparison
    return read_current(study, path, Comparison, _made_from, "assay compare")


def _made_from(study: Study) -> list[Any]:
    return [
        read_kept(study, study.output.fits, Fits, "assay fit").sha256,
        read_measured(study).sha256,
        # Prices follow from study, plan and text. As text, since JSON has no infinite cap.
        repr(planned_prices(study)),
        repr(study.file.study.quantity),
        study.file.fit.confidence,
    ]


def compare_measurements(
    fits: Mapping[str, FitResult],
    priced: Mapping[str, Priced],
    *,
    measurements: Sequence[Measurement],
    budget: Quantity,
    confidence: float = 0.95,
) -> Comparison:
    """Compare the sources of a study at its budget, and say what each made the base forget.

    Raises
    ------
    FitError
        If the fits cannot be compared; see :func:`compare`.
    """
    comparison = compare(fits, at=budget, cost=priced, control=CONTROL, confidence=confidence)
    return replace(comparison, guards=largest_budgets(guard_changes(measurements)))
