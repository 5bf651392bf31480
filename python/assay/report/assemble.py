"""Every view of a report, from the records of the stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assay.comparison import Comparison
from assay.corpus import Prepared
from assay.fitting import Fits
from assay.records import Measurement
from assay.report import fitted, measured
from assay.report.views import Report
from assay.report.words import answer_of
from assay.sources import PricedSource

__all__ = ["assemble"]


def assemble(
    *,
    study: str,
    question: str,
    fits: Fits,
    priced: Mapping[str, PricedSource],
    comparison: Comparison,
    measurements: Sequence[Measurement],
    prepared: Prepared,
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
        yields=measured.yield_rows(prepared),
        tokens=measured.token_counts(prepared),
        runs=measured.run_rows(measurements),
        provenance=provenance,
    )
