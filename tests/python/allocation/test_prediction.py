"""Blends that were not run, predicted."""

import pytest

from assay.allocation import predicted_blend

LENGTH = 2.0**16
HALVES = {"a": 0.5, "b": 0.5}


def test_a_blend_is_expected_at_the_mean_of_its_members_with_a_spread(market):
    fits, prices = market({"a": 2.0, "b": 2.6})
    drawn = predicted_blend(fits, prices, HALVES, "control", {})(LENGTH, 1.0)
    assert drawn.mean() == pytest.approx(3.3)
    assert drawn.std() > 0.1


def test_blends_that_were_run_move_what_is_expected_of_others(market):
    """At a quarter of a the mean is 3.45, and .15 less was measured: b = .2."""
    fits, prices = market({"a": 2.0, "b": 2.6, "mix": 2.3})
    blends = {"mix": {"a": 0.25, "b": 0.75}}
    drawn = predicted_blend(fits, prices, HALVES, "control", blends)(LENGTH, 1.0)
    assert drawn.mean() == pytest.approx(3.1)
    assert drawn.std() < 1e-6
