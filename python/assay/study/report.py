"""The report stage: gathers what every stage of a study wrote into one HTML page."""

from __future__ import annotations

import json
from pathlib import Path

from assay.base.facts import BaseFacts
from assay.comparison import Comparison
from assay.comparison.question import FixedAnneal, Question
from assay.corpus import Prepared
from assay.files import digest
from assay.records import Measurement
from assay.report import write_page
from assay.report.assemble import assemble
from assay.report.views import Report
from assay.study.compare import read_comparison, study_guard
from assay.study.file import Study
from assay.study.fit import read_fits
from assay.study.measurements import read_measured
from assay.study.plan import Plan, read_plan
from assay.study.prepare import read_prepared
from assay.study.prices import planned_prices
from assay.study.purse import made_runs, spent
from assay.study.report_views import allocation_view, integration_view, overlap_rows
from assay.units import format_amount

__all__ = ["collect", "write_report"]

_ROOM = 1.01
"""What rounding an amount to three digits may take off."""


def write_report(study: Study) -> Path:
    """Write ``report.html`` into the output folder of ``study`` and return its path.

    Raises
    ------
    MissingExtra
        If matplotlib or jinja2 is not installed.
    DataError
        If a stage before has not run, or the comparison is not that of the study as it is; the
        message names the command.
    """
    path = study.output.report
    write_page(collect(study), path)
    return path


def collect(study: Study) -> Report:
    """Gather what every stage of ``study`` wrote.

    Raises
    ------
    DataError
        If a stage before has not run; see :func:`write_report`.
    """
    comparison, table = read_comparison(study), study.file.study
    prepared, plan = read_prepared(study), read_plan(study)
    measurements, fits, priced = read_measured(study).rows, read_fits(study), planned_prices(study)
    amount = spent([*measurements, *made_runs(study)], priced, table.currency)
    return assemble(
        study=table.name,
        question=_question(table.question),
        commands=_commands(study, comparison, amount),
        spent=_spent(study, amount),
        fits=fits,
        priced=priced,
        comparison=comparison,
        measurements=measurements,
        prepared=prepared,
        provenance=_provenance(study, prepared, plan, measurements),
        overlaps=overlap_rows(study, prepared),
        integration=integration_view(study),
        guard=study_guard(study, fits),
        allocation=allocation_view(study),
    )


def _question(question: Question) -> str:
    if isinstance(question, FixedAnneal):
        return f"Which text is worth its price, for an anneal of {question.tokens:,.0f} tokens?"
    return f"Which source is worth its price, at {question.amount} in total for text and training?"


def _commands(study: Study, comparison: Comparison, amount: float) -> tuple[str, ...]:
    """Return what to type for the runs that the verdict names, and to go on until it stands.

    A study without a purse is given one that pays for these runs beside the ``amount`` spent.
    """
    beside = study.out.with_suffix(".toml")
    name = beside.name if beside.exists() else f"study.toml --out {study.out.name}"
    purse = ""
    if study.file.study.purse is None:
        enough = _ROOM * (amount + sum(run.cost for run in comparison.verdict.runs))
        purse = f' --pilot "{format_amount(enough, comparison.currency)}"'
    return (f"assay next {name}", f"assay run {name}{purse}")


def _spent(study: Study, amount: float) -> str:
    """Say what all runs so far cost together."""
    purse = study.file.study.purse
    said = f"Runs so far cost {format_amount(amount, study.file.study.currency)}"
    return f"{said}." if purse is None else f"{said}, of a purse of {purse}."


def _provenance(
    study: Study, prepared: Prepared, plan: Plan, measurements: list[Measurement]
) -> dict[str, str]:
    base = plan.base
    windows = {m.evaluation: m.evaluation_sha256 for m in measurements}
    return {
        "assay": prepared.manifest["assay_version"],
        "seed": str(study.file.study.seed),
        "study file (as read)": digest(json.loads(study.file.model_dump_json())),
        "recipe": prepared.manifest["recipe_sha256"],
        "tokenizer": prepared.tokenizer["sha256"],
        "base": f"{base.sha256} ({_parameters(base)})",
        **{f"windows of {name}": sha256 for name, sha256 in sorted(windows.items())},
        **{
            f"{report['name']}: {file['path']}": file["blake3"]
            for report in prepared.reports.values()
            for file in report["inputs"]
        },
    }


def _parameters(base: BaseFacts) -> str:
    if base.stored_params == base.params:
        return f"{base.params:,} parameters"
    return f"{base.stored_params:,} parameters, of which a token uses {base.params:,}"
