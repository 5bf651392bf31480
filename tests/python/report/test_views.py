"""The numbers of a report, before anything is drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assay.records import BASE, CONTROL
from assay.report.views import Report

BUDGETS = [16384, 32768, 65536, 131072, 262144]


def test_loss_curves_have_every_measurement_and_one_doubling_beyond(report: Report) -> None:
    assert [curve.source for curve in report.loss.curves] == ["near & dear", "far", CONTROL]
    assert report.loss.base_loss == 5.6
    for curve in report.loss.curves:
        assert sorted({dot.x for dot in curve.dots}) == BUDGETS
        assert len(curve.dots) == 2 * len(BUDGETS)
        assert curve.measured_to == BUDGETS[-1]
        assert curve.x[0] == pytest.approx(BUDGETS[0])
        assert curve.x[-1] == pytest.approx(2 * BUDGETS[-1])
        assert np.all(np.array(curve.lower) <= curve.y)
        assert np.all(np.array(curve.y) <= curve.upper)


def test_gains_start_at_what_was_run_and_leave_the_control_out(report: Report) -> None:
    assert [view.currency for view in report.gains] == ["usd", "flops", "gpu_hours"]
    near, far = report.gains[0].curves
    assert (near.source, far.source) == ("near & dear", "far")
    assert near.x[0] > 1.0 > far.x[0]
    assert report.gains[0].budget == 4.0


def test_the_crossing_lies_where_the_curves_meet(report: Report) -> None:
    mark = next(m for m in report.gains[0].crossings if CONTROL not in (m.below, m.above))
    assert (mark.below, mark.above) == ("far", "near & dear")
    assert mark.cost.value is not None
    for curve in report.gains[0].curves:
        there = np.interp(np.log(mark.cost.value), np.log(curve.x), curve.y)
        assert there == pytest.approx(mark.gain, abs=0.01)


def test_pair_probabilities_are_complementary(report: Report) -> None:
    table = np.array(report.pairs.probability)
    assert report.pairs.names == ("near & dear", "far", CONTROL)
    assert all(math.isnan(value) for value in np.diag(table))
    off = ~np.eye(len(table), dtype=bool)
    assert (table + table.T)[off] == pytest.approx(1.0)
    assert table[0, 1] > 0.99


def test_both_rankings_stand_side_by_side(report: Report) -> None:
    rows = {row.source: row for row in report.ranking.rows}
    assert CONTROL not in rows
    assert [rows[name].law_rank for name in ("near & dear", "far")] == [1, 2]
    assert [rows[name].single_rank for name in ("near & dear", "far")] == [1, 2]
    assert report.ranking.single_cost is not None
    assert report.ranking.single_cost <= report.ranking.budget


def test_withheld_budgets_are_the_largest(report: Report) -> None:
    assert report.backtest is not None
    assert {bar.source for bar in report.backtest.bars} == {"near & dear", "far", CONTROL}
    for bar in report.backtest.bars:
        assert bar.tokens == BUDGETS[-1]
        assert bar.error == pytest.approx(bar.predicted - bar.observed)
        assert bar.covered == (bar.lower <= bar.observed <= bar.upper)
    assert 0 <= report.backtest.by_law <= report.backtest.pairs == 3


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


def test_yields_tell_what_each_stage_dropped(report: Report) -> None:
    (row,) = report.yields
    assert (row.corpus, row.stage) == ("far", "filter:gopher-quality")
    assert dict(row.dropped) == {"few-words": 30, "stop-words": 10}
    assert report.tokens == {"far": 250, "target": 250}
