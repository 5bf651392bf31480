import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assay.laws import make


@given(st.floats(1e-3, 1e3), st.floats(0.01, 4.0), st.floats(0.1, 10.0), st.floats(1e-6, 1e6))
def test_the_share_left_solves_its_equation(onset, alpha, gamma, x):
    nonlinear = np.array([onset, alpha, gamma])
    _, basis = make("m4").terms(np.array([[x]]), nonlinear)
    rest, share = np.log(basis[0])
    np.testing.assert_allclose(
        share - gamma * rest, -alpha * np.log(x / onset), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(basis.sum(), 1.0, rtol=1e-14)


def test_it_falls_from_the_plateau_to_a_power_law():
    params = np.array([2.0, 6.0, 1.0, 0.5, 1.5])
    loss = make("m4").value(np.array([[1e-12, 1e9, 1e11]]), params)
    np.testing.assert_allclose(loss[0], 6.0, rtol=1e-3)
    np.testing.assert_allclose((loss[1] - 2.0) / (loss[2] - 2.0), 10.0, rtol=1e-3)
