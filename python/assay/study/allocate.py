"""The allocate stage: how much of each source of a study to buy."""

from __future__ import annotations

from typing import Any

from assay.allocation import Allocation, allocate
from assay.comparison.guard_limit import GuardLimit
from assay.comparison.question import FixedAnneal
from assay.fitting import Fits
from assay.records import CONTROL
from assay.study.compare import fitted_guard
from assay.study.file import Study
from assay.study.fit import read_fits
from assay.study.kept import kept_or_made, read_current, read_kept
from assay.study.measurements import read_measured
from assay.study.prices import planned_prices

__all__ = ["allocate_study", "read_allocation"]


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
            at=None if isinstance(question, FixedAnneal) else question.amount,
            control=CONTROL,
            confidence=file.fit.confidence,
            anneal_tokens=question.tokens if isinstance(question, FixedAnneal) else None,
            currency=file.study.currency,
            least_gain=file.study.least_gain,
            blends={one.name: one.shares for one in file.blend if one.name in fits},
            guard=_guard(study, fits),
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


def _guard(study: Study, fits: Fits) -> GuardLimit | None:
    limit = study.file.guard.limit
    return None if limit is None else fitted_guard(read_measured(study).rows, fits, limit)


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
