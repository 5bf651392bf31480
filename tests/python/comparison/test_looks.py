import pytest

from assay.comparison.looks import enough


def test_either_of_two_equal_sources_gets_half_of_the_error():
    assert enough(0.95) == pytest.approx(0.975)
