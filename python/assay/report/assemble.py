"""Every view of a report, from the records of the stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assay import draw
from assay.comparison import Comparison
from assay.comparison.forgetting import guard_changes
from assay.comparison.guard_limit import GuardLimit
from assay.corpus import Prepared
from assay.fitting import Fits
from assay.records import Measurement
from assay.report import curves
from assay.report import measurements as tables
from assay.report.answer import answer_of
from assay.report.budgets import budget_rows
from assay.report.checks import epoch_rows, guard_rises, shown_overlaps
from assay.report.views import AllocationView, IntegrationView, OverlapRow, Report
from assay.sources import PricedSource

__all__ = ["assemble"]


def assemble(
    *,
    study: str,
    question: str,
    commands: Sequence[str],
    spent: str,
    fits: Fits,
    priced: Mapping[str, PricedSource],
    comparison: Comparison,
    measurements: Sequence[Measurement],
    prepared: Prepared,
    provenance: Mapping[str, str],
    guard: GuardLimit | None = None,
    overlaps: Sequence[OverlapRow] | None = None,
    allocation: AllocationView | None = None,
    integration: IntegrationView | None = None,
) -> Report:
    """Build every view from the records of the stages.

    What is optional is shown where it is there.
    """
    looks = draw.looks(tuple(fits))
    of_fits = {source: looks[source] for source in fits}
    gains = tuple(curves.gain_view(view, fits, looks) for view in comparison.views)
    return Report(
        study=study,
        question=question,
        commands=tuple(commands),
        spent=spent,
        comparison=comparison,
        looks=looks,
        answer=answer_of(comparison, gains[0].crossings),
        losses=curves.loss_lines(fits, priced, looks, comparison.confidence),
        base_loss=tables.base_loss(measurements),
        gains=gains,
        pairs=curves.pair_table(comparison.deciding),
        laws=curves.law_rows(fits, comparison.confidence),
        forgetting=curves.forgetting_lines(guard_changes(measurements), of_fits),
        yields=tables.yield_rows(prepared),
        tokens=tables.token_counts(prepared),
        runs=tables.run_rows(measurements),
        provenance=provenance,
        budgets=budget_rows(fits, priced, comparison, guard),
        epochs=epoch_rows(comparison, measurements),
        guards=guard_rises(comparison),
        guard_limit=None if guard is None else guard.limit,
        overlaps=shown_overlaps(overlaps),
        allocation=allocation,
        integration=integration,
    )
