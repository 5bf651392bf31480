"""The anneal stage: makes the base, then trains every run of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assay.anneal.executor import anneal_all
from assay.anneal.protocol import Inputs
from assay.base.folder import is_base, prepare_hf_base
from assay.errors import MissingExtra
from assay.records import REPLAY, RunSpec
from assay.study.file import Study
from assay.study.plan import Plan, read_plan
from assay.study.sequences import pack

__all__ = ["anneal_runs", "anneal_study"]


def anneal_study(study: Study, workers: int | None = None, progress: bool = True) -> None:
    """Make the base of a study and run every anneal of its plan that is not finished.

    Parameters
    ----------
    study
        A prepared study with a plan.
    workers
        Number of processes, one per core if not given.
    progress
        Show progress on standard error.

    Raises
    ------
    MissingExtra
        If torch or its companions are not installed.
    Interrupted
        On Ctrl-C; the same call continues.
    DataError, StudyError
        If there is no plan; if base, stores and plan do not fit together.
    AssayError
        If the base diverged, or runs failed.
    """
    MissingExtra.check("train", "assay anneal")
    anneal_runs(study, read_plan(study).specs, workers, progress)


def anneal_runs(
    study: Study, specs: Sequence[RunSpec], workers: int | None = None, progress: bool = True
) -> None:
    """Run anneals of a planned study as :func:`anneal_study` does, in its plan or not."""
    plan = read_plan(study)
    base = study.output.base
    if not is_base(base, plan.base.sha256):
        _make_base(study, plan, base, progress)
    inputs = Inputs(
        stores={name: study.output.store(name) for name in (*study.source_names, REPLAY)},
        base=base,
        packed=pack(study, specs[0].packing, specs[0].sequence_tokens),
    )
    anneal_all(study.out, specs, inputs, workers, progress=progress)


def _make_base(study: Study, plan: Plan, base: Path, progress: bool) -> None:
    table = study.file.base
    if plan.base.builtin is None:
        prepare_hf_base(study.path(table.model), plan.base.sha256, base)
        return
    from assay.anneal.pretrain import pretrain_base

    tokenizer, replay = study.path(table.tokenizer), study.output.store(REPLAY)
    pretrain_base(plan.base.builtin, replay, tokenizer, base, progress=progress)
