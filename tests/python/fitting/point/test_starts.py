import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from assay.fitting.point.slow import nonnegative
from assay.fitting.point.starts import best_starts, resample_starts
from assay.laws import make


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3), st.integers(0, 10_000))
def test_nonnegative_least_squares_agrees_with_scipy(k, seed):
    rng = np.random.default_rng(seed)
    design, target = rng.standard_normal((8, k)), rng.standard_normal(8)
    expected, _ = nnls(design, target)
    found, value = nonnegative(design.T @ design, design.T @ target)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    residual = design @ found - target
    np.testing.assert_allclose(2 * value + target @ target, residual @ residual, atol=1e-9)


def test_the_best_start_is_the_grid_point_that_made_the_data():
    law, x = make("power"), np.geomspace(0.1, 10, 6)[None]
    truth = np.array([1.5, 2.0, law.grid(x, np.ones(6))[17, 0]])
    np.testing.assert_allclose(best_starts(law, x, law.value(x, truth), 1e-3, 1)[0], truth)


def test_resamples_get_the_start_that_each_would_get_alone():
    law, x = make("anchored", anchor=6.3), np.geomspace(0.1, 10, 6)[None]
    fitted = law.value(x, np.array([2.0, 1.0, 0.5]))
    y = fitted * np.exp(0.01 * np.random.default_rng(0).standard_normal((5, 6)))
    together = resample_starts(law, x, y, fitted)
    alone = np.concatenate([resample_starts(law, x, row[None], fitted) for row in y])
    np.testing.assert_allclose(together, alone)
    misfit = np.abs(law.value(x, together) / y - 1)
    assert misfit.max() < 0.05


def test_starts_for_residuals_of_the_loss_weigh_large_losses_more():
    law, x = make("power"), np.geomspace(0.1, 10, 8)[None]
    y = law.value(x, np.array([1.5, 2.0, 0.4])) * np.tile([0.8, 1.2], 4)
    for space, scale in (("log", y), ("loss", 1.0)):
        found = best_starts(law, x, y, 1e6, 1, space=space)
        other = best_starts(law, x, y, 1e6, 1, space="loss" if space == "log" else "log")
        own, others = (np.sum(((law.value(x, p) - y) / scale) ** 2) for p in (found, other))
        assert own < others
