import numpy as np
import pytest

from assay.laws import make


def test_equal_exponents_make_it_the_power_law():
    x = np.geomspace(0.1, 10.0, 5)[None]
    loss = make("broken").value(x, np.array([2.0, 3.0, 0.5, 0.5, 1.0, 0.3]))
    np.testing.assert_allclose(loss, make("power").value(x, np.array([2.0, 3.0, 0.5])))


@pytest.mark.parametrize(("place", "exponent"), [(1e-6, 0.2), (1e6, 0.7)])
def test_each_exponent_rules_on_its_side_of_the_break(place, exponent):
    x = place * np.array([[1.0, 10.0]])
    above = make("broken").value(x, np.array([1e-9, 3.0, 0.2, 0.7, 1.0, 0.3])) - 1e-9
    np.testing.assert_allclose(-np.diff(np.log10(above)), exponent, rtol=1e-5)
