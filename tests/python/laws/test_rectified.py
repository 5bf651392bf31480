import numpy as np

from assay.laws import make


def test_nothing_known_beforehand_makes_it_the_power_law():
    x = np.geomspace(0.1, 10.0, 5)[None]
    loss = make("rectified").value(x, np.array([2.0, 3.0, 1e-12, 0.5]))
    np.testing.assert_allclose(loss, make("power").value(x, np.array([2.0, 3.0, 0.5])))


def test_it_is_flat_while_the_new_data_are_few():
    loss = make("rectified").value(np.array([[1e-9, 1e-6]]), np.array([2.0, 3.0, 10.0, 1.0]))
    np.testing.assert_allclose(loss, 2.3, rtol=1e-6)
