import pytest

from assay.comparison.looks import enough


def test_either_of_two_equal_sources_gets_half_of_the_error():
    assert enough(0.95) == pytest.approx(0.975)
    assert enough(0.9999) == pytest.approx(0.99995)


def test_later_looks_have_to_be_surer_up_to_what_a_thousand_draws_tell():
    bars = [enough(0.95, looks) for looks in range(1, 10)]
    assert bars[1] == pytest.approx(1 - 0.025 / 4)
    assert bars == sorted(bars)
    assert bars[-1] == 0.999
