"""The evaluate stage: losses of the base and of every finished run on target and guard text."""

from __future__ import annotations

from typing import get_args

from assay.errors import MissingExtra, StudyError
from assay.evaluate.run import ChosenSets, EvaluationSet
from assay.evaluate.runs import measure_runs
from assay.records import Measurement, Role
from assay.study.file import Study
from assay.study.plan import Plan, read_plan

__all__ = ["check_windows", "chosen_windows", "evaluate_study"]


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
    specs, chosen = read_plan(study).specs, chosen_windows(study)
    return measure_runs(study.out, specs, chosen, workers=workers, progress=progress)


def check_windows(study: Study, plan: Plan) -> None:
    """Check that there is text to measure on, in windows that the base can see at once.

    Raises
    ------
    DataError
        If the text of a set is missing, or is too short for two windows.
    StudyError
        If windows are longer than what the base is made for.
    """
    chosen, context = chosen_windows(study), plan.base.context
    longest = max(len(windows.longest().tokens) for windows in chosen.windows)
    if context is not None and longest > context:
        also = ", or raise [anneal] sequence_tokens" if study.file.base.builtin else ""
        raise StudyError(
            f"[evaluate] windows have {longest} tokens, and the base is made for {context}: "
            f"lower window_tokens{also}"
        )


def chosen_windows(study: Study) -> ChosenSets:
    """Return the target and the guard set of a study with their windows, chosen once."""
    sets = _sets(study)
    headers = [each.store / "store.json" for each in sets]
    return study.output.once("windows", headers, lambda: ChosenSets.choose(sets))


def _sets(study: Study) -> list[EvaluationSet]:
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
