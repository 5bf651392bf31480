"""What to check before money is spent: repeats, forgetting, and text that sources share."""

from __future__ import annotations

from collections.abc import Sequence

from assay.comparison import Comparison
from assay.records import Measurement
from assay.report.views import EpochRow, OverlapRow

__all__ = ["epoch_rows", "guard_rises", "shown_overlaps"]

_MATCHED = 1.1
"""Epochs that differ by less than this factor count as matched."""
_REPEATS = 1.05
"""Sources with fewer epochs do not repeat."""
_SHARED = 0.01
"""Sources that share less are not listed."""
_OVERLAPS = 8
"""Pairs that are listed at most."""


def epoch_rows(comparison: Comparison, measurements: Sequence[Measurement]) -> tuple[EpochRow, ...]:
    """Return the epochs of sources that repeat, deciding and in the largest run."""
    rows = []
    for standing in comparison.deciding.standings:
        own = [m for m in measurements if m.source == standing.source and m.role == "target"]
        if standing.epochs is None or not own:
            continue
        deciding, run = standing.epochs, max(own, key=lambda m: m.tokens).epochs
        matched = max(deciding, run) <= _MATCHED * max(min(deciding, run), 1.0)
        row = EpochRow(source=standing.source, deciding=deciding, run=run, matched=matched)
        if max(deciding, run) > _REPEATS:
            rows.append(row)
    return tuple(rows)


def guard_rises(comparison: Comparison) -> dict[str, float]:
    """Return the guard loss of each source after its largest run, minus that of the base."""
    return {
        change.source: change.from_base
        for change in comparison.guards
        if change.from_base is not None
    }


def shown_overlaps(overlaps: Sequence[OverlapRow] | None) -> tuple[OverlapRow, ...] | None:
    """Return the overlaps worth a line, the largest first; ``None`` if they were not counted."""
    if overlaps is None:
        return None
    large = [row for row in overlaps if max(row.documents, row.text) >= _SHARED]
    return tuple(sorted(large, key=lambda row: -row.text)[:_OVERLAPS])
