import numpy as np
import pytest
from scipy.optimize import least_squares

from assay.fitting.point.solver import minimise
from assay.laws import make

SIZES = np.repeat(np.geomspace(0.1, 10, 6), 2)
X = {
    "power": SIZES[None],
    "anchored": SIZES[None],
    "repetition": np.stack([SIZES, np.tile([1.0, 1.5, 2.0, 4.0, 8.0, 3.0], 2)]),
    "chinchilla": np.stack([SIZES, np.roll(SIZES, 5)]),
}


@pytest.mark.parametrize("name", X)
def test_it_agrees_with_a_general_optimiser(name):
    law, x, delta = make(name, anchor=6.3), X[name], 0.004
    truth = np.linspace(0.6, 1.6, len(law.parameters))
    y = law.value(x, truth) * np.exp(0.01 * np.random.default_rng(1).standard_normal(12))
    bounds = law.bounds(y)
    solved = minimise(law, x, y, delta, truth[None], bounds)
    slow = least_squares(
        lambda logs: np.log(y) - np.log(law.value(x, np.exp(logs))),
        np.log(truth),
        bounds=np.log(bounds),
        loss="huber",
        f_scale=delta,
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
        max_nfev=5000,
    )
    assert solved.converged[0]
    assert solved.objective[0] <= slow.cost * (1 + 1e-9)
    assert solved.objective[0] == pytest.approx(slow.cost, rel=1e-4)


def test_data_sets_solved_together_and_apart_agree():
    law, x = make("power"), X["power"]
    truth = np.array([1.5, 2.0, 0.4])
    y = law.value(x, truth) * np.exp(0.01 * np.random.default_rng(2).standard_normal((4, 12)))
    starts = np.tile(truth, (4, 1))
    together = minimise(law, x, y, 0.005, starts, law.bounds(y))
    for i in range(4):
        apart = minimise(law, x, y[i], 0.005, starts[:1], law.bounds(y))
        np.testing.assert_allclose(together.params[i], apart.params[0], rtol=1e-7)


def test_a_weight_counts_like_a_repeated_row():
    law, x = make("power"), X["power"]
    truth = np.array([1.5, 2.0, 0.4])
    y = law.value(x, truth) * np.exp(0.01 * np.random.default_rng(3).standard_normal(12))
    counts = np.array([2, 0, 1, 1, 3, 1, 0, 1, 1, 2, 1, 1])
    rows = np.repeat(np.arange(12), counts)
    weighted = minimise(law, x, y, 0.005, truth[None], law.bounds(y), weights=counts[None] * 1.0)
    repeated = minimise(law, x[:, rows], y[rows], 0.005, truth[None], law.bounds(y))
    np.testing.assert_allclose(weighted.params, repeated.params, rtol=1e-7)


def test_equal_bounds_hold_a_parameter_in_one_row_alone():
    law, x = make("power"), X["power"]
    truth = np.array([1.5, 2.0, 0.4])
    y = law.value(x, truth) * np.exp(0.01 * np.random.default_rng(4).standard_normal(12))
    low, high = (np.tile(bound, (2, 1)) for bound in law.bounds(y))
    low[1, 0] = high[1, 0] = 1.2
    solved = minimise(law, x, y, 0.005, np.tile(truth, (2, 1)), (low, high))
    assert solved.params[0, 0] != pytest.approx(1.2)
    assert solved.params[1, 0] == pytest.approx(1.2, rel=1e-14)
    assert solved.at_bound.tolist() == [[False] * 3, [True, False, False]]
    assert solved.objective[1] > solved.objective[0]


def test_a_strong_prior_decides_and_is_counted():
    law, x = make("power"), X["power"]
    truth = np.array([1.5, 2.0, 0.4])
    y = law.value(x, truth)
    mean = np.log([1.5, 2.0, 0.8])
    solved = minimise(
        law, x, y, 1e6, truth[None], law.bounds(y), prior=(mean, np.array([0.0, 0.0, 1e9]))
    )
    assert solved.params[0, 2] == pytest.approx(0.8, rel=1e-6)
    free = minimise(law, x, y, 1e6, truth[None], law.bounds(y))
    assert free.objective[0] < 1e-20
    assert solved.objective[0] > 1e-4


def test_residuals_of_the_loss_have_the_unit_of_the_loss():
    law, x = make("power"), X["power"]
    truth = np.array([1.5, 2.0, 0.4])
    y = law.value(x, truth) + 0.02 * np.random.default_rng(5).standard_normal(12)
    solved = minimise(law, x, y, 1e6, truth[None], law.bounds(y), space="loss")
    residuals = y - law.value(x, solved.params[0])
    assert solved.objective[0] == pytest.approx(0.5 * np.sum(residuals**2))
    slopes = law.gradient(x, solved.params[0])
    np.testing.assert_allclose(slopes.T @ residuals, 0.0, atol=1e-8)


def test_a_parameter_driven_outside_its_bounds_ends_on_them():
    law, x = make("power"), X["power"]
    y = 6.0 - 0.01 * SIZES
    solved = minimise(law, x, y, 1e6, np.array([[1.0, 4.0, 0.2]]), law.bounds(y))
    assert solved.at_bound[0].tolist() == [False, False, True]
    assert solved.params[0, 2] == pytest.approx(0.01)
