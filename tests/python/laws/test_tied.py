import numpy as np

from assay.laws import make


def test_it_is_the_chinchilla_law_with_equal_exponents():
    x = np.array([[1e8, 1e9, 1e10], [2e9, 8e10, 3e9]])
    tied = make("tied").value(x, np.array([1.8, 400.0, 2000.0, 0.34]))
    free = make("chinchilla").value(x, np.array([1.8, 400.0, 2000.0, 0.34, 0.34]))
    np.testing.assert_allclose(tied, free)
