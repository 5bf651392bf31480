import numpy as np
import pytest

from assay.comparison.reach import falling, first_reach

X = np.array([1.0, 10.0, 100.0])


def test_between_points_a_curve_is_linear_in_log_x():
    found = first_reach(falling(np.array([[3.0, 2.0, 1.0]])), np.array([1.5]), X)
    assert found == pytest.approx([10**1.5])


def test_a_target_above_the_start_is_reached_at_the_start_and_one_below_the_end_never():
    found = first_reach(falling(np.array([[3.0, 2.0, 1.0]] * 2)), np.array([4.0, 0.5]), X)
    assert found.tolist() == [1.0, np.inf]


def test_a_loss_that_is_missing_reaches_nothing_and_one_that_rises_again_has_been_there():
    found = first_reach(falling(np.array([[np.nan, 2.0, 3.0]])), np.array([2.0]), X)
    assert found == pytest.approx([10.0])
