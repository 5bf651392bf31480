"""The report stage: gathers what every stage of a study wrote into one HTML page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from assay.base.facts import BaseFacts
from assay.comparison.question import FixedAnneal, Question
from assay.corpus import Prepared
from assay.files import digest
from assay.records import Measurement
from assay.report import write_page
from assay.report.assemble import assemble
from assay.report.views import Report
from assay.sources import PricedSource
from assay.study.compare import limit_of_guard, read_comparison
from assay.study.file import Study
from assay.study.fit import read_fits
from assay.study.measurements import read_measured
from assay.study.plan import Plan, read_plan
from assay.study.prepare import read_prepared
from assay.study.prices import planned_prices
from assay.study.purse import spent
from assay.units import format_amount

__all__ = ["collect", "write_report"]


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
    limit = study.file.guard.limit
    return assemble(
        study=table.name,
        question=_question(table.question),
        commands=_commands(study),
        spent=_spent(study, measurements, priced),
        fits=fits,
        priced=priced,
        comparison=comparison,
        measurements=measurements,
        prepared=prepared,
        provenance=_provenance(study, prepared, plan, measurements),
        guard=None if limit is None else limit_of_guard(measurements, fits, limit),
    )


def _question(question: Question) -> str:
    if isinstance(question, FixedAnneal):
        return f"Which text is worth its price, for an anneal of {question.tokens:,.0f} tokens?"
    return f"Which source is worth its price, at {question.amount} in total for text and training?"


def _commands(study: Study) -> tuple[str, ...]:
    """Return what to type for the runs that the verdict names, and to go on until it stands."""
    beside = study.out.with_suffix(".toml")
    out = "" if beside.exists() else f" --out {study.out.name}"
    name = beside.name if beside.exists() else "study.toml"
    return (f"assay next {name}{out}", f"assay run {name}{out}")


def _spent(
    study: Study, measurements: list[Measurement], priced: Mapping[str, PricedSource]
) -> str:
    """Say what all runs so far cost together."""
    currency, purse = study.file.study.currency, study.file.study.purse
    amount = format_amount(spent(measurements, priced, currency), currency)
    return f"Runs so far cost {amount}" + ("." if purse is None else f", of a purse of {purse}.")


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
