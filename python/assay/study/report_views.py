"""What not every study has, as the report shows it: shared text, a mixture, its trial."""

from __future__ import annotations

from contextlib import suppress
from itertools import permutations

from assay.comparison import Interval
from assay.corpus import Prepared
from assay.errors import DataError
from assay.report.views import AllocationRow, AllocationView, IntegrationView, OverlapRow
from assay.study.allocate import read_allocation
from assay.study.file import Study
from assay.study.integrate import read_integration

__all__ = ["allocation_view", "integration_view", "overlap_rows"]


def allocation_view(study: Study) -> AllocationView | None:
    """Return what to buy of each source; ``None`` where nothing could be, or several do not pay."""
    if not study.output.allocation.exists():
        return None
    with suppress(DataError):
        found = read_allocation(study)
        assert found.gain is not None
        rows = [
            AllocationRow(
                source="replay" if one.source == found.control else one.source,
                share=one.share,
                unique=one.unique,
                epochs=one.epochs,
                text=one.text[found.currency],
            )
            for one in found.portions
        ]
        return AllocationView(
            rows=tuple(rows),
            cost=found.total,
            gain=found.gain,
            single=found.single.source,
            advantage=found.single_regret,
            better=found.better,
            notes=tuple(_sentence(one) for one in (found.reason, *found.assumptions)),
        )
    return None


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


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
