"""What to check before money is spent, as the report lists it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.comparison import Comparison, GuardChange
from assay.records import Measurement
from assay.report.checks import epoch_rows, guard_rises, shown_overlaps
from assay.report.views import OverlapRow


def overlap(share: float) -> OverlapRow:
    return OverlapRow(source="a", other="b", documents=share, text=share)


@pytest.mark.parametrize(
    ("deciding", "run", "matched"), [(3.5, 1.0, False), (3.5, 3.3, True), (1.0, 2.0, False)]
)
def test_epochs_of_the_largest_run_stand_beside_those_of_the_decision(
    comparison: Comparison,
    measurements: list[Measurement],
    deciding: float,
    run: float,
    matched: bool,
) -> None:
    largest = max(m.tokens for m in measurements)
    rows = [
        replace(m, epochs=run if m.tokens == largest and m.source == "far" else 1.0)
        for m in measurements
    ]
    view = comparison.deciding
    standings = tuple(
        replace(s, epochs=deciding if s.source == "far" else 1.0) for s in view.standings
    )
    other = replace(comparison, views=(replace(view, standings=standings), *comparison.views[1:]))
    (row,) = epoch_rows(other, rows)
    assert (row.source, row.deciding, row.run, row.matched) == ("far", deciding, run, matched)


def test_sources_that_never_repeat_are_not_listed(
    comparison: Comparison, measurements: list[Measurement]
) -> None:
    assert epoch_rows(comparison, [replace(m, epochs=1.0) for m in measurements]) == ()


def test_the_guard_is_said_where_the_base_was_measured(comparison: Comparison) -> None:
    change = GuardChange(
        evaluation="guard", source="far", tokens=1, loss=5.1, from_base=0.1, from_control=None
    )
    unknown = replace(change, source="near & dear", from_base=None)
    assert guard_rises(replace(comparison, guards=(change, unknown))) == {"far": 0.1}


def test_the_largest_overlaps_come_first_and_small_ones_not_at_all() -> None:
    shown = shown_overlaps([overlap(0.02), overlap(0.009), overlap(0.5)])
    assert shown == (overlap(0.5), overlap(0.02))
    assert shown_overlaps([overlap(0.5)] * 9) == (overlap(0.5),) * 8
    assert shown_overlaps(None) is None
