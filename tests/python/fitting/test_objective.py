import numpy as np
import pytest
from scipy.special import huber as scipy_huber

from assay.fitting.objective import huber, influence, robust_delta

RESIDUALS = np.linspace(-0.02, 0.02, 42)


def test_huber_is_the_function_of_that_name():
    np.testing.assert_allclose(huber(RESIDUALS, 0.005), scipy_huber(0.005, RESIDUALS))


def test_influence_is_its_derivative():
    slope = (huber(RESIDUALS + 1e-7, 0.005) - huber(RESIDUALS - 1e-7, 0.005)) / 2e-7
    np.testing.assert_allclose(influence(RESIDUALS, 0.005), slope, atol=1e-8)


def test_the_default_delta_is_1_345_standard_deviations_of_gaussian_residuals():
    residuals = 0.01 * np.random.default_rng(0).standard_normal(20_000)
    assert robust_delta(residuals, 3, 0.0) == pytest.approx(0.01345, rel=0.03)


def test_few_residuals_do_not_make_a_tiny_delta():
    assert robust_delta(np.array([0.0, 0.0, 1e-9, 0.0]), 3, 1e-3) == 1e-3
