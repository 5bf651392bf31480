"""Which source would be the best at other sizes than the one that is decided at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assay.comparison import Comparison, Interval
from assay.comparison.guard_limit import GuardLimit
from assay.comparison.question import FixedAnneal, FixedSpend
from assay.fitting import Fits
from assay.records import CONTROL, Measurement
from assay.report.budgets import budget_rows
from assay.study.compare import compare_measurements
from assay.study.fit import fit_measurements
from assay.units import Quantity

from .conftest import BASE_LOSS, BUDGETS, LAWS, measured, priced


def test_the_row_in_the_middle_is_the_decision(fits: Fits, comparison: Comparison) -> None:
    rows = budget_rows(fits, priced(LAWS), comparison, None)
    first = comparison.deciding.standings[0]
    assert [row.times for row in rows] == [0.25, 0.5, 1.0, 2.0, 4.0]
    assert [row.at for row in rows] == ["1 USD", "2 USD", "4 USD", "8 USD", "16 USD"]
    assert (rows[2].source, rows[2].gain, rows[2].best) == (first.source, first.gain, first.best)
    assert rows[2].cost == pytest.approx(4.0)
    assert comparison.verdict.bill is not None
    assert rows[2].unique == comparison.verdict.bill.unique


def test_the_best_source_changes_with_the_size(fits: Fits, comparison: Comparison) -> None:
    rows = budget_rows(fits, priced(LAWS), comparison, None)
    assert [row.source for row in rows] == ["far"] + ["near & dear"] * 4
    assert [row.beyond > 1.0 for row in rows] == [False, False, False, True, True]


def test_sizes_of_a_fixed_anneal_are_lengths(fits: Fits, measurements: list[Measurement]) -> None:
    question = FixedAnneal(float(BUDGETS[-1]))
    comparison = compare_measurements(
        fits, priced(LAWS), measurements=measurements, question=question
    )
    rows = budget_rows(fits, priced(LAWS), comparison, None)
    first = comparison.deciding.standings[0]
    assert [row.at for row in rows][2:] == ["262k tokens", "524k tokens", "1.05M tokens"]
    assert (rows[2].source, rows[2].gain) == (first.source, first.gain)
    assert [round(row.beyond) for row in rows] == [1, 1, 1, 2, 4]


def test_a_source_above_the_limit_of_the_guard_is_never_the_best(
    fits: Fits, comparison: Comparison, measurement: Callable[..., Measurement]
) -> None:
    laws = {
        **LAWS,
        "near & dear": (5.8, 0.1, 0.3),
        "far": (5.0, 0.1, 0.3),
        CONTROL: (5.0, 0.1, 0.3),
    }
    rising = fit_measurements(measured(laws, measurement), resamples=100)
    guard = GuardLimit(fits=rising, base=BASE_LOSS, limit=0.05)
    rows = budget_rows(fits, priced(LAWS), comparison, guard)
    assert {row.source for row in rows} == {"far"}


def test_nothing_is_bought_where_every_source_is_worse_than_none(
    measurement: Callable[..., Measurement],
) -> None:
    laws = {"far": (5.4, 0.5, 0.05), CONTROL: LAWS[CONTROL]}
    found = measured(laws, measurement)
    fits = fit_measurements(found, resamples=100)
    comparison = compare_measurements(
        fits, priced(laws), measurements=found, question=FixedSpend(Quantity(2.0, "usd"))
    )
    middle = budget_rows(fits, priced(laws), comparison, None)[2]
    assert (middle.source, middle.unique) == (CONTROL, 0.0)
    assert middle.gain == Interval(None, None, None)


def test_a_size_that_buys_too_little_says_so(fits: Fits, comparison: Comparison) -> None:
    view = replace(comparison.deciding, at=1e-3)
    small = replace(comparison, views=(view, *comparison.views[1:]))
    assert {row.source for row in budget_rows(fits, priced(LAWS), small, None)} == {None}
