import numpy as np

from assay.laws import make


def test_it_starts_at_the_anchor_and_ends_at_the_floor():
    loss = make("anchored", anchor=6.3).value(np.array([[1e-9, 1e30]]), np.array([2.0, 1e4, 0.5]))
    np.testing.assert_allclose(loss, [6.3, 2.0], rtol=1e-9)


def test_a_floor_above_the_anchor_describes_harm():
    loss = make("anchored", anchor=6.3).value(
        np.geomspace(1, 1e9, 9)[None], np.array([7, 1e4, 0.5])
    )
    assert np.all(np.diff(loss) > 0)
