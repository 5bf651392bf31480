"""What not every study has, as the report shows it: shared text, and blends planned and tried."""

from __future__ import annotations

from itertools import permutations

from assay.comparison import Interval
from assay.corpus import Prepared
from assay.errors import DataError
from assay.records import REPLAY
from assay.report.views import AllocationRow, AllocationView, IntegrationView, OverlapRow
from assay.study.allocate import read_allocation
from assay.study.file import Study
from assay.study.integrate import read_integration

__all__ = ["allocation_view", "integration_view", "overlap_rows"]

_NONE = Interval(None, None, None)


def allocation_view(study: Study) -> AllocationView | None:
    """Return how much of each source to buy; ``None`` if there is nothing for the fits as they are.

    A study whose sources cannot be bought together has no allocation.
    """
    if not study.output.allocation.exists():
        return None
    try:
        found = read_allocation(study)
    except DataError:
        return None
    return AllocationView(
        rows=tuple(
            AllocationRow(
                source=REPLAY if one.source == found.control else one.source,
                share=one.share,
                unique=one.unique,
                epochs=one.epochs,
                text=one.text[found.currency],
            )
            for one in found.portions
        ),
        cost=found.total,
        gain=found.gain or _NONE,
        single=found.single.source,
        advantage=found.single_regret,
        better=found.better,
        notes=tuple(
            f"{said[:1].upper()}{said[1:]}." for said in (found.reason, *found.assumptions)
        ),
    )


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
