import numpy as np

from assay.laws import make


def test_it_is_the_floor_plus_a_power():
    loss = make("power").value(np.array([[1.0, 16.0]]), np.array([2.0, 3.0, 0.5]))
    np.testing.assert_allclose(loss, [5.0, 2.75])
