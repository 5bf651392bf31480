"""The evaluate stage of a study: the base and every finished run, on target and guard."""

from __future__ import annotations

from typing import get_args

from assay.errors import MissingExtra
from assay.evaluate import EvaluationSet, evaluate_runs
from assay.records import Measurement, Role
from assay.study.file import Study
from assay.study.plan import read_plan

__all__ = ["evaluate_study", "study_sets"]


def evaluate_study(
    study: Study, workers: int | None = None, progress: bool = True
) -> list[Measurement]:
    """Measure the base and the finished runs of a study on its target and guard sets.

    The work and what is returned are those of :func:`assay.evaluate.evaluate_runs`.

    Raises
    ------
    MissingExtra
        If torch or its companions are not installed.
    DataError
        If there is no plan; and as :func:`assay.evaluate.evaluate_runs`.
    """
    MissingExtra.check("train", "assay evaluate")
    specs = read_plan(study).specs
    return evaluate_runs(study.out, specs, study_sets(study), workers=workers, progress=progress)


def study_sets(study: Study) -> list[EvaluationSet]:
    """Return the target and the guard set of a study."""
    table, roles = study.file.evaluate, get_args(Role)
    return [
        EvaluationSet(
            name=role,
            role=role,
            store=study.output.store(role),
            windows=table.windows,
            window_tokens=table.window_tokens,
            stride_tokens=table.stride_tokens,
        )
        for role in roles
    ]
