"""What not every study has, as the report shows it: shared text, and a blend that was tried."""

from __future__ import annotations

from itertools import permutations

from assay.comparison import Interval
from assay.corpus import Prepared
from assay.report.views import IntegrationView, OverlapRow
from assay.study.file import Study
from assay.study.integrate import read_integration

__all__ = ["integration_view", "overlap_rows"]


def integration_view(study: Study) -> IntegrationView | None:
    """Return the integration anneal; ``None`` if there is none for the fits as they are."""
    found = read_integration(study)
    if found is None:
        return None
    return IntegrationView(
        shares=found.shares,
        tokens=found.tokens,
        predicted=Interval(found.predicted, found.lower, found.upper),
        measured=found.measured,
        standard_error=found.measured_se,
    )


def overlap_rows(study: Study, prepared: Prepared) -> tuple[OverlapRow, ...] | None:
    """Return what each source has of each other; ``None`` if that was not counted."""
    pairs = [(a, b, prepared.overlap(a, b)) for a, b in permutations(study.source_names, 2)]
    counted = tuple(
        OverlapRow(source=a, other=b, documents=found.documents, text=found.text)
        for a, b, found in pairs
        if found is not None
    )
    return counted or None
