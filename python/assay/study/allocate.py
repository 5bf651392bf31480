"""The allocate stage: how much of each source of a study to buy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assay.allocation import Allocation, allocate, predicted_blend, proposed_blend
from assay.errors import StudyError
from assay.fitting import Fits
from assay.laws.law import Array
from assay.records import CONTROL
from assay.study.compare import study_guard
from assay.study.file import Study
from assay.study.fit import read_fits
from assay.study.kept import kept_or_made, read_current, read_kept
from assay.study.measurements import read_measured
from assay.study.prices import planned_prices

__all__ = ["allocate_study", "predicted", "proposed", "read_allocation"]


def allocate_study(study: Study) -> Allocation:
    """Decide how much of each source of a study to buy, unless that is kept.

    Blends of the study that were run and fitted say what blending does.

    Raises
    ------
    DataError
        If a stage before has not run, or the fits are not those of the study as it is.
    FitError
        If no purchase keeps all limits.
    """
    fits, file = read_fits(study), study.file
    question = file.study.question

    def make() -> Allocation:
        return allocate(
            fits,
            planned_prices(study),
            at=question.at,
            control=CONTROL,
            confidence=file.fit.confidence,
            anneal_tokens=question.anneal_tokens,
            currency=file.study.currency,
            least_gain=file.study.least_gain,
            blends=_blends(study, fits),
            guard=study_guard(study, fits),
        )

    return kept_or_made(study, study.output.allocation, Allocation, _made_from(study), make)


def read_allocation(study: Study) -> Allocation:
    """Read the allocation of a study.

    Raises
    ------
    DataError
        If there is none, or something that it follows from changed since.
    """
    path = study.output.allocation
    return read_current(study, path, Allocation, _made_from, "assay allocate")


def proposed(study: Study) -> Mapping[str, float]:
    """Return the blend of a study's sources that is most worth running, as shares by name.

    Raises
    ------
    DataError
        If there is no allocation, or something that it follows from changed since.
    StudyError
        If no blend is expected to help.
    """
    shares = proposed_blend(read_allocation(study))
    if not shares:
        raise StudyError(
            "no blend of these sources is expected to help: name one with --shares to try it"
        )
    return shares


def predicted(study: Study, shares: Mapping[str, float]) -> Callable[[float, float], Array]:
    """Return what is expected of a blend without its own runs: see :func:`predicted_blend`.

    Raises
    ------
    DataError
        If the study has no fits.
    """
    fits = read_fits(study)
    blends = _blends(study, fits)
    same = [name for name, known in blends.items() if dict(known) == dict(shares)]
    known = {name: fit for name, fit in fits.items() if name not in same}
    others = {name: each for name, each in blends.items() if name not in same}
    return predicted_blend(known, planned_prices(study), shares, CONTROL, others)


def _blends(study: Study, fits: Fits) -> dict[str, Mapping[str, float]]:
    """Return the blends of a study that were run and fitted."""
    return {one.name: one.shares for one in study.file.blend if one.name in fits}


def _made_from(study: Study) -> list[Any]:
    file = study.file
    return [
        read_kept(study, study.output.fits, Fits, "assay fit").sha256,
        read_measured(study).sha256,
        # As text, since JSON has no infinite cap.
        repr(planned_prices(study)),
        repr(file.study.question),
        file.study.currency,
        file.study.least_gain,
        file.guard.limit,
        file.fit.confidence,
        [[one.name, dict(one.shares)] for one in file.blend],
    ]
