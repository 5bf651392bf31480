"""The stages of a study, in order; each reads what the one before wrote and can be resumed.

``prepare -> plan -> anneal -> evaluate -> fit -> compare -> report``. The first four keep what is
finished by themselves; the last three are skipped while what they read has not changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay import corpus
from assay.compare import Comparison, compare_study
from assay.errors import DataError, MissingExtra, StudyError
from assay.fit import Fits
from assay.laws import make as make_law
from assay.plan import Plan, Preview, make_plan, preview, price_sources, read_plan
from assay.records import digest, read_json, read_measurements, write_json
from assay.study import REPLAY, Study
from assay.uncertainty import fit_study

__all__ = [
    "Options",
    "anneal",
    "compare",
    "evaluate",
    "fit",
    "plan",
    "prepare",
    "read_fits",
    "report",
    "run",
]

_MEASUREMENTS = "measurements.parquet"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How stages are run; nothing here changes their results."""

    workers: int | None = None
    """Processes that anneal and evaluate; one per core if not given."""
    progress: bool = True


def prepare(study: Study, options: Options) -> dict[str, Any]:
    """Filter, decontaminate, deduplicate and tokenise all text; return the manifest."""
    return corpus.prepare(_recipe(study), study.folder, progress=options.progress)


def plan(study: Study, options: Options, *, dry_run: bool = False) -> tuple[Plan, Preview]:
    """Write the plan, unless it is a ``dry_run``, and return it with its preview.

    Raises
    ------
    StudyError, DataError
        If a run could not be made of the text, or not be measured: before any is.
    """
    made = make_plan(study)
    _check_windows(study, made)
    shown = preview(study, made)
    if not dry_run:
        made.write(study.out)
    return made, shown


def anneal(study: Study, options: Options) -> None:
    """Run every anneal of the plan that is not finished."""
    from assay.anneal.stage import anneal_study

    anneal_study(study, options.workers, options.progress)


def evaluate(study: Study, options: Options) -> None:
    """Measure the base and every finished run on the target and guard windows."""
    from assay.evaluate import evaluate_study

    evaluate_study(study, options.workers, options.progress)


def fit(study: Study, options: Options) -> Fits:
    """Fit a law to each source's target loss, and to the control's."""
    made_from, file = _fits_from(study), study.file

    def make() -> dict[str, Any]:
        return fit_study(
            read_measurements(study.out / _MEASUREMENTS),
            law=file.fit.law,
            resamples=file.fit.resamples,
            seed=file.study.seed,
        ).to_dict()

    return Fits.from_dict(_kept(study, "fits", made_from, make))


def read_fits(study: Study) -> Fits:
    """Read the fits that ``assay fit`` wrote.

    Raises
    ------
    DataError
        If there are none, or the study or its measurements changed since.
    """
    return Fits.from_dict(_current(study, "fits", _fits_from, "assay fit"))


def compare(study: Study, options: Options) -> Comparison:
    """Compare the sources at equal total cost and decide.

    Raises
    ------
    DataError
        If a stage before has not run, or the fits are not those of the study as it is.
    """
    fits, file = read_fits(study), study.file

    def make() -> dict[str, Any]:
        return compare_study(
            fits,
            price_sources(study, read_plan(study.out)),
            measurements=read_measurements(study.out / _MEASUREMENTS),
            budget=file.study.quantity,
            confidence=file.fit.confidence,
        ).to_dict()

    return Comparison.from_dict(_kept(study, "comparison", _comparison_from(study), make))


def report(study: Study, options: Options) -> Path:
    """Write the report and return its path.

    Raises
    ------
    DataError
        If a stage before has not run, or the comparison is not that of the study as it is.
    """
    from assay.report import write_report

    _current(study, "comparison", _comparison_from, "assay compare")
    return write_report(study)


def run(study: Study, options: Options, announce: Callable[[str], None]) -> Comparison:
    """Run every stage in order and return the comparison.

    ``announce`` is called with the name of each stage before it starts.

    Raises
    ------
    MissingExtra, StudyError
        If a later stage could not run for want of an optional part, or no law could be fitted to
        so short a ladder: before anything is spent.
    """
    _check_ladder(study)
    MissingExtra.check("train", "assay run")
    MissingExtra.check("report", "assay run")
    announce("prepare")
    prepare(study, options)
    announce("plan")
    announce(str(plan(study, options)[1]))
    for stage in (anneal, evaluate, fit):
        announce(stage.__name__)
        stage(study, options)
    announce("compare")
    comparison = compare(study, options)
    announce("report")
    report(study, options)
    return comparison


def _recipe(study: Study) -> dict[str, Any]:
    file = study.file
    replay = {"name": REPLAY, "path": file.replay.path, "filters": file.replay.filters}
    sources = [{"name": s.name, "path": s.path, "filters": s.filters} for s in file.source]
    table = file.prepare
    return {
        "schema_version": 1,
        "seed": file.study.seed,
        "output": str((study.out / "prepared").absolute()),
        "tokenizer": file.base.tokenizer,
        "separator": table.separator,
        "on_bad_line": table.on_bad_line,
        "dedup": {
            "exact": table.exact,
            "across": table.across,
            **({} if table.minhash else {"minhash": None}),
        },
        "decontaminate": {"ngram": table.decontaminate_ngram},
        "source": [replay, *sources],
        "eval": [
            {"name": "target", "path": file.target.path},
            {"name": "guard", "path": file.guard.path},
        ],
    }


def _check_windows(study: Study, made: Plan) -> None:
    """Check that there is text to measure on, in windows that the base can see at once."""
    from assay.evaluate import ChosenSets, study_sets

    chosen, context = ChosenSets.choose(study_sets(study)), made.base.context
    longest = max(len(windows.longest().tokens) for windows in chosen.windows)
    if context is not None and longest > context:
        also = ", or raise [anneal] sequence_tokens" if study.file.base.builtin else ""
        raise StudyError(
            f"[evaluate] windows have {longest} tokens, and the base is made for {context}: "
            f"lower window_tokens{also}"
        )


def _check_ladder(study: Study) -> None:
    """Check that the ladder has enough budgets for the law that will be fitted."""
    law, budgets = study.file.fit.law, study.file.ladder.budgets
    form = make_law("power" if law == "auto" else law, anchor=1.0)
    if len(budgets) < len(form.parameters):
        raise StudyError(
            f"[ladder] has {len(budgets)} budgets, and a {form.name} law has "
            f"{len(form.parameters)} parameters: lower `from` or `factor`, or raise `to`"
        )


def _fits_from(study: Study) -> list[Any]:
    """Return all that the fits of a study follow from."""
    measurements = _sha256(study.out / _MEASUREMENTS, "assay evaluate")
    file = study.file
    return [measurements, file.fit.law, file.fit.resamples, file.study.seed]


def _comparison_from(study: Study) -> list[Any]:
    """Return all that the comparison of a study follows from."""
    return [
        _sha256(study.out / "fits.json", "assay fit"),
        _sha256(study.out / _MEASUREMENTS, "assay evaluate"),
        # What study, plan and text come to, to the last bit; JSON has no infinite cap.
        repr(price_sources(study, read_plan(study.out))),
        repr(study.file.study.quantity),
        study.file.fit.confidence,
    ]


def _kept(
    study: Study, name: str, made_from: list[Any], make: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Return the result kept in ``<name>.json`` if it was made from the same, else make it."""
    path = study.out / f"{name}.json"
    wanted = digest(made_from)
    if path.exists():
        kept = read_json(path, "assay run")
        if kept["made_from"] == wanted:
            result: dict[str, Any] = kept["result"]
            return result
    result = make()
    write_json(path, {"made_from": wanted, "result": result})
    return result


def _current(
    study: Study, name: str, made_from: Callable[[Study], list[Any]], made_by: str
) -> dict[str, Any]:
    """Return the result kept in ``<name>.json``, if it is that of the study as it is."""
    path = study.out / f"{name}.json"
    kept = read_json(path, made_by)
    if kept["made_from"] != digest(made_from(study)):
        raise DataError(
            f"{path} was made before the study or its measurements changed: run `{made_by}` again"
        )
    result: dict[str, Any] = kept["result"]
    return result


def _sha256(path: Path, made_by: str) -> str:
    if not path.exists():
        raise DataError(f"{path} is missing: run `{made_by}` first")
    return hashlib.sha256(path.read_bytes()).hexdigest()
