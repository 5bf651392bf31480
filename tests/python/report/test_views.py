"""The numbers of a report, before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from assay.comparison.forgetting import guard_changes
from assay.draw.lines import floats
from assay.draw.style import looks
from assay.records import BASE, CONTROL, Measurement
from assay.report.curves import forgetting_lines
from assay.report.measurements import run_rows
from assay.report.views import Report

BUDGETS = [16384, 32768, 65536, 131072, 262144]


def test_loss_curves_have_every_measurement_and_one_doubling_beyond(report: Report) -> None:
    assert [line.name for line in report.losses] == ["near & dear", "far", CONTROL]
    assert report.base_loss == 5.6
    for line in report.losses:
        measured, x = floats(line.measured_x), floats(line.x)
        assert sorted(set(measured)) == BUDGETS
        assert len(measured) == len(floats(line.measured_y)) == 2 * len(BUDGETS)
        assert line.measured_to == BUDGETS[-1]
        assert x[0] == pytest.approx(BUDGETS[0])
        assert x[-1] == pytest.approx(2 * BUDGETS[-1])
        assert np.all(floats(line.lower) <= floats(line.y))
        assert np.all(floats(line.y) <= floats(line.upper))


def test_gains_start_at_what_was_run_and_leave_the_control_out(report: Report) -> None:
    assert [view.currency for view in report.gains] == ["usd", "flops", "gpu_hours"]
    near, far = report.gains[0].lines
    assert (near.name, far.name) == ("near & dear", "far")
    assert floats(near.x)[0] > 1.0 > floats(far.x)[0]
    assert report.gains[0].budget == 4.0


def test_the_crossing_lies_where_the_curves_meet(report: Report) -> None:
    pair = next(p for p in report.gains[0].crossings if CONTROL not in (p.a, p.b))
    assert (pair.below, pair.above) == ("far", "near & dear")
    assert pair.crossing is not None
    cost = pair.crossing.cost.value
    assert cost is not None
    near, far = (
        np.interp(np.log(cost), np.log(floats(line.x)), floats(line.y))
        for line in report.gains[0].lines
    )
    assert near == pytest.approx(far, abs=0.01)


def test_pair_probabilities_are_complementary(report: Report) -> None:
    table = np.array(report.pairs.probability)
    assert report.pairs.names == ("near & dear", "far", CONTROL)
    assert all(math.isnan(value) for value in np.diag(table))
    off = ~np.eye(len(table), dtype=bool)
    assert (table + table.T)[off] == pytest.approx(1.0)
    assert table[0, 1] > 0.99


def test_both_rankings_stand_side_by_side(report: Report) -> None:
    deciding = report.comparison.deciding
    assert [standing.source for standing in deciding.standings] == ["near & dear", "far"]
    assert report.measured_ranks == {"near & dear": 1, "far": 2}
    assert deciding.single is not None
    assert deciding.single.cost <= deciding.at


def test_withheld_budgets_are_the_largest(report: Report) -> None:
    test = report.comparison.backtest
    assert test is not None
    assert {one.source for one in test.withheld} == {"near & dear", "far", CONTROL}
    assert {one.holdout.x["tokens"] for one in test.withheld} == {BUDGETS[-1]}
    assert 0 <= test.law_right <= len(test.pairs) == 3


def test_the_answer_is_in_words(report: Report) -> None:
    assert report.answer.headline.startswith("Buy near & dear: best at 4 USD in total")
    text = " ".join(report.answer.details)
    assert "far is better than near & dear" in text
    assert "One budget alone" in text
    caveats = " ".join(report.answer.caveats)
    assert "outside the budgets that were run: far" in caveats
    assert "near & dear makes the model forget" in caveats


def test_runs_are_sorted_with_the_base_first(report: Report) -> None:
    rows = report.runs
    assert len(rows) == 1 + 3 * 2 * len(BUDGETS)
    assert (rows[0].source, rows[1].source, rows[-1].source) == (BASE, CONTROL, "near & dear")
    assert rows[0].guard_loss == 5.0
    assert [row.tokens for row in rows[1:11]] == sorted(row.tokens for row in rows[1:11])


def test_forgetting_is_the_mean_over_seeds_minus_the_base(
    measurement: Callable[..., Measurement],
) -> None:
    rows = [
        measurement(BASE, 0, 5.0, role="guard"),
        measurement("far", 512, 5.1, role="guard"),
        measurement("far", 512, 5.3, seed=1, role="guard"),
    ]
    lines = forgetting_lines(guard_changes(rows), looks(["far"]))
    assert lines is not None
    assert [line.name for line in lines] == ["far"]
    assert floats(lines[0].y) == pytest.approx([0.2])
    assert forgetting_lines(guard_changes(rows[1:]), looks(["far"])) is None
    assert run_rows(rows) == ()


def test_yields_tell_what_each_stage_dropped(report: Report) -> None:
    (row,) = report.yields
    assert (row.corpus, row.stage) == ("far", "filter:gopher-quality")
    assert dict(row.dropped) == {"few-words": 30, "stop-words": 10}
    assert report.tokens == {"far": 250, "target": 250}
