"""The compare stage: sources at equal total cost, and how much each made the base forget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assay.comparison import Comparison, compare
from assay.comparison.forgetting import guard_changes, largest_budgets
from assay.comparison.guard_limit import GuardLimit
from assay.comparison.question import Question
from assay.errors import DataError
from assay.fitting import FitResult, Fits
from assay.records import BASE, CONTROL, Measurement
from assay.sources import PricedSource
from assay.study.file import Study
from assay.study.fit import fit_measurements, read_fits
from assay.study.kept import kept_or_made, read_current, read_kept
from assay.study.looks import count_look, looks
from assay.study.measurements import read_measured
from assay.study.plan import read_plan
from assay.study.prices import planned_prices
from assay.study.purse import Costly, made_runs, spent
from assay.units import Currency, Quantity

__all__ = ["compare_measurements", "compare_study", "read_comparison", "study_guard"]


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
            question=file.study.question,
            currency=file.study.currency,
            confidence=file.fit.confidence,
            least_gain=file.study.least_gain,
            guard=study_guard(study, fits),
            purse=file.study.purse,
            made=made_runs(study),
            looks=looks(study),
            reach={one.source: float(one.reach) for one in read_plan(study).sources},
        )

    count_look(study)
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
        repr((study.file.study.question, study.file.study.purse)),
        looks(study),
        sorted(run.key for run in made_runs(study)) if study.file.study.purse else [],
        study.file.study.currency,
        study.file.study.least_gain,
        study.file.guard.limit,
        study.file.fit.confidence,
    ]


def compare_measurements(
    fits: Mapping[str, FitResult],
    priced: Mapping[str, PricedSource],
    *,
    measurements: Sequence[Measurement],
    question: Question,
    currency: Currency = "usd",
    confidence: float = 0.95,
    least_gain: float = 0.0,
    guard: GuardLimit | None = None,
    purse: Quantity | None = None,
    made: Sequence[Costly] = (),
    looks: int = 1,
    reach: Mapping[str, float] | None = None,
) -> Comparison:
    """Answer the question of a study, and say what each source made the base forget.

    Parameters
    ----------
    guard
        The limit of the guard loss, if it binds.
    purse
        The most that all runs of the study may cost together. What those that were measured or
        ``made`` cost is taken off; without a purse further runs may cost as much as the deciding
        cost.
    made
        Runs that were made, those that were not measured too.
    looks
        How many times the study was decided, each time on new measurements, this time counted.
    reach
        Trained tokens of the longest run that the text at hand fills, by source.

    Raises
    ------
    FitError
        If the fits cannot be compared; see :func:`compare`.
    """
    left = None
    if purse is not None:
        left = max(purse.amount - spent([*measurements, *made], priced, purse.currency), 0.0)
    comparison = compare(
        fits,
        at=question.at,
        cost=priced,
        control=CONTROL,
        confidence=confidence,
        anneal_tokens=question.anneal_tokens,
        currency=currency,
        least_gain=least_gain,
        guard=guard,
        purse=left,
        looks=looks,
        reach=reach,
    )
    return replace(comparison, guards=largest_budgets(guard_changes(measurements)))


def study_guard(study: Study, fits: Fits) -> GuardLimit | None:
    """Return the limit of a study's guard with the laws of its loss, fitted once; None without one.

    Raises
    ------
    DataError
        If the base was not measured on the guard set.
    """
    output, limit = study.output, study.file.guard.limit
    if limit is None:
        return None

    def fitted() -> GuardLimit:
        return _fitted_guard(read_measured(study).rows, fits, limit)

    return output.once("guard", [output.measurements, output.fits], fitted)


def _fitted_guard(
    measurements: Sequence[Measurement], fits: Mapping[str, FitResult], limit: float
) -> GuardLimit:
    """Fit the loss on the guard set of every source, with as many resamples as ``fits`` have."""
    rows = [m for m in measurements if m.role == "guard"]
    base = [m.loss for m in rows if m.source == BASE]
    if not base:
        raise DataError(
            "the guard has a limit, and the unannealed base was not measured on the guard set: "
            "run `assay evaluate` again"
        )
    first = next(iter(fits.values()))
    laws = fit_measurements(rows, rows[0].evaluation, resamples=len(first.draws))
    return GuardLimit(fits=laws, base=base[0], limit=limit)
