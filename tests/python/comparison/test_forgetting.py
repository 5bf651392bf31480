from dataclasses import replace

import pytest

from assay.comparison.forgetting import guard_changes, largest_budgets
from assay.records import BASE, CONTROL


@pytest.fixture
def rows(measurement):
    return [
        measurement(BASE, 0, 5.0, role="guard"),
        measurement(BASE, 0, 9.0),
        measurement("far", 512, 5.1, role="guard"),
        measurement("far", 512, 5.3, seed=1, role="guard"),
        measurement("far", 1024, 5.4, role="guard"),
        measurement(CONTROL, 512, 4.9, role="guard"),
    ]


def test_changes_are_of_the_mean_over_seeds_at_each_budget(rows):
    control, small, large = guard_changes(rows)
    assert (control.source, small.source, small.tokens) == (CONTROL, "far", 512)
    assert small.loss == pytest.approx(5.2)
    assert (small.from_base, small.from_control) == (pytest.approx(0.2), pytest.approx(0.3))
    assert (large.tokens, large.from_control) == (1024, None)
    assert large.from_base == pytest.approx(0.4)


def test_without_a_measured_base_its_change_is_not_known(rows):
    assert {change.from_base for change in guard_changes(rows[2:])} == {None}


def test_the_largest_budget_of_each_source_and_evaluation(rows):
    other = [replace(row, evaluation="other") for row in rows[:4]]
    found = largest_budgets(guard_changes([*rows, *other]))
    assert [(c.evaluation, c.source, c.tokens) for c in found] == [
        (rows[0].evaluation, CONTROL, 512),
        (rows[0].evaluation, "far", 1024),
        ("other", "far", 512),
    ]
