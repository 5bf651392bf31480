"""The stages of a study, in order; each reads what those before it wrote and can be resumed.

``prepare -> plan -> anneal -> evaluate -> fit -> compare -> allocate -> report``. Plan and report
are made anew each time. The others do not repeat work that is finished while its inputs are the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assay.allocation import Allocation
from assay.comparison import Comparison
from assay.corpus import Manifest
from assay.errors import FitError, MissingExtra, StudyError
from assay.fitting import Fits
from assay.study.allocate import allocate_study, predicted, proposed
from assay.study.base import check_base
from assay.study.compare import compare_study
from assay.study.file import Study
from assay.study.fit import fit_study
from assay.study.integrate import Integration, integrate_study
from assay.study.ladders import fewest_budgets
from assay.study.layout import make_plan
from assay.study.measure import check_windows, evaluate_study
from assay.study.plan import Plan
from assay.study.prepare import prepare_study
from assay.study.preview import Preview, preview
from assay.study.report import write_report
from assay.study.speed import measure_speed
from assay.study.train import anneal_study

__all__ = [
    "StageOptions",
    "allocate",
    "anneal",
    "check_run",
    "compare",
    "conclude",
    "evaluate",
    "fit",
    "integrate",
    "plan",
    "prepare",
    "report",
    "run",
]


@dataclass(frozen=True, kw_only=True)
class StageOptions:
    """How stages are run; nothing here changes their results."""

    workers: int | None = None
    """Processes that anneal and evaluate; one per core if not given."""
    progress: bool = True


def prepare(study: Study, options: StageOptions) -> Manifest:
    """Filter, decontaminate, deduplicate and tokenise all text; return the manifest.

    Raises
    ------
    DataError, StudyError
        If the study asks for what cannot be done, or its base cannot be one.
    """
    with suppress(MissingExtra):  # text can be prepared where nothing will be trained
        check_base(study)
    return prepare_study(study, progress=options.progress).manifest


def plan(
    study: Study, options: StageOptions, *, dry_run: bool = False, timed: bool = False
) -> tuple[Plan, Preview]:
    """Write the plan, unless it is a ``dry_run``, and return it with its preview.

    If ``timed``, a few seconds are spent to see how fast this machine trains the base.

    Raises
    ------
    StudyError, DataError
        If a run could not be trained on the text, or not be measured. No run has started yet.
    """
    made = make_plan(study)
    check_windows(study, made)
    speed = measure_speed(study, made, options.workers) if timed else None
    shown = preview(study, made, speed)
    if not dry_run:
        made.write(study.output.plan)
    return made, shown


def anneal(study: Study, options: StageOptions) -> None:
    """Run every anneal of the plan that is not finished."""
    anneal_study(study, options.workers, options.progress)


def evaluate(study: Study, options: StageOptions) -> None:
    """Measure the base and every finished run on the target and guard windows."""
    evaluate_study(study, options.workers, options.progress)


def fit(study: Study, options: StageOptions) -> Fits:
    """Fit a law to each source's target loss, and to the control's."""
    return fit_study(study)


def compare(study: Study, options: StageOptions) -> Comparison:
    """Compare the sources at equal total cost and decide.

    Raises
    ------
    DataError
        If a stage before has not run, or the fits are not those of the study as it is.
    """
    return compare_study(study)


def allocate(study: Study, options: StageOptions) -> Allocation:
    """Decide how much of each source to buy.

    Raises
    ------
    DataError
        If a stage before has not run, or the fits are not those of the study as it is.
    FitError
        If no purchase keeps all limits.
    """
    return allocate_study(study)


def integrate(
    study: Study, options: StageOptions, shares: Mapping[str, float] | None = None
) -> Integration:
    """Anneal a blend at pilot size: its loss predicted beside measured.

    Without ``shares`` it is the blend that the allocation proposes.

    Raises
    ------
    StudyError
        If the shares are those of no blend of the study's sources, none is expected to help, or
        the purse does not pay.
    DataError
        If the study has no fits, or no allocation where no shares are given.
    """
    asked = proposed(study) if shares is None else shares
    return integrate_study(
        study, asked, predicted(study, asked), workers=options.workers, progress=options.progress
    )


def report(study: Study, options: StageOptions) -> Path:
    """Write the report and return its path.

    Raises
    ------
    DataError
        If a stage before has not run, or the comparison is not that of the study as it is.
    """
    return write_report(study)


def run(study: Study, options: StageOptions, announce: Callable[[str], None]) -> Comparison:
    """Run every stage in order and return the comparison.

    ``announce`` is called with the name of each stage before it starts.

    Raises
    ------
    MissingExtra, StudyError
        If an optional part that a later stage needs is not installed, or the ladder is too short
        for a law. Nothing has been spent yet.
    """
    check_run(study)
    announce("prepare")
    prepare(study, options)
    announce("plan")
    announce(str(plan(study, options)[1]))
    for stage in (anneal, evaluate, fit):
        announce(stage.__name__)
        stage(study, options)
    announce("compare")
    comparison = compare(study, options)
    conclude(study, options, announce)
    return comparison


def conclude(study: Study, options: StageOptions, announce: Callable[[str], None]) -> None:
    """Allocate and write the report of a study that is decided.

    Raises
    ------
    DataError
        If a stage before has not run.
    """
    announce("allocate")
    with suppress(FitError):  # where nothing can be bought, the comparison says so
        allocate(study, options)
    announce("report")
    report(study, options)


def check_run(study: Study) -> None:
    """Check that a whole study can be run, before anything is spent.

    Raises
    ------
    MissingExtra, StudyError
        If an optional part that a later stage needs is not installed, or the ladder is too short
        for a law.
    """
    study.file.check_ladder_ends()
    law, ladder = study.file.fit.law, study.file.ladder
    needed = fewest_budgets(law)
    if ladder.to is not None and len(ladder.budgets) < needed:
        name = "power" if law == "auto" else law
        raise StudyError(
            f"[ladder] has {len(ladder.budgets)} budgets, and a {name} law has {needed} "
            "parameters: lower `from` or `factor`, or raise `to`"
        )
    MissingExtra.check("train", "assay run")
    MissingExtra.check("report", "assay run")
