"""Read the output folder of a study into a :class:`~assay.report.views.Report`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assay.compare import Comparison
from assay.corpus import read_manifest
from assay.fit import Fits
from assay.plan import Plan, price_sources, read_plan
from assay.records import Measurement, digest, read_json, read_measurements
from assay.report import fitted, measured
from assay.report.views import Report
from assay.report.words import answer_of
from assay.sources import PricedSource
from assay.study import Study

__all__ = ["assemble", "collect"]


def collect(study: Study) -> Report:
    """Gather what every stage of ``study`` wrote.

    Raises
    ------
    DataError
        If a stage has not run; the message names its command.
    """
    out, plan = study.out, read_plan(study.out)
    measurements = read_measurements(out / "measurements.parquet")
    fits = read_json(out / "fits.json", "assay fit")["result"]
    comparison = read_json(out / "comparison.json", "assay compare")["result"]
    manifest = read_manifest(out / "prepared")
    table = study.file.study
    return assemble(
        study=table.name,
        question=f"Which source is worth its price, at {table.quantity} in total for text and "
        "training?",
        fits=Fits.from_dict(fits),
        priced=price_sources(study, plan),
        comparison=Comparison.from_dict(comparison),
        measurements=measurements,
        manifest=manifest,
        provenance=_provenance(study, manifest, plan, measurements),
    )


def assemble(
    *,
    study: str,
    question: str,
    fits: Fits,
    priced: Mapping[str, PricedSource],
    comparison: Comparison,
    measurements: Sequence[Measurement],
    manifest: Mapping[str, Any],
    provenance: Mapping[str, str],
) -> Report:
    """Build every view from the records of the stages."""
    confidence = comparison.confidence
    gains = tuple(fitted.gain_view(view, fits) for view in comparison.views)
    ranking = fitted.ranking_view(comparison.deciding)
    base = measured.base_loss(measurements, "target")
    return Report(
        study=study,
        question=question,
        confidence=confidence,
        answer=answer_of(comparison, gains[0], ranking),
        loss=fitted.loss_view(fits, priced, base, confidence),
        gains=gains,
        ranking=ranking,
        pairs=fitted.pair_view(comparison.deciding),
        backtest=fitted.backtest_view(comparison),
        laws=fitted.law_rows(fits, confidence),
        forgetting=measured.forgetting_view(measurements, tuple(fits)),
        yields=measured.yield_rows(manifest),
        tokens=measured.token_counts(manifest),
        runs=measured.run_rows(measurements),
        provenance=provenance,
    )


def _provenance(
    study: Study, manifest: Mapping[str, Any], plan: Plan, measurements: list[Measurement]
) -> dict[str, str]:
    base = plan.base
    windows = {m.evaluation: m.evaluation_sha256 for m in measurements}
    return {
        "assay": manifest["assay_version"],
        "seed": str(study.file.study.seed),
        "study file (as read)": digest(json.loads(study.file.model_dump_json())),
        "recipe": manifest["recipe_sha256"],
        "tokenizer": manifest["tokenizer"]["sha256"],
        "base": f"{base.sha256} ({base.params:,} parameters)",
        **{f"windows of {name}": sha256 for name, sha256 in sorted(windows.items())},
        **{
            f"{report['name']}: {file['path']}": file["blake3"]
            for report in [*manifest["sources"], *manifest["evals"]]
            for file in report["inputs"]
        },
    }
