import numpy as np
import pytest

from assay.fitting.point.solution import solve
from assay.laws import make

TOKENS = np.geomspace(16e3, 1024e3, 7)
EPOCHS = np.array([1.0, 1.0, 1.0, 2.0, 4.0, 8.0, 3.0])
NOISE_FREE = [
    ("power", TOKENS[None], [1.7, 30.0, 0.2]),
    ("anchored", TOKENS[None], [2.0, 3e4, 0.5]),
    ("anchored", TOKENS[None], [7.0, 3e4, 0.5]),
    ("repetition", np.stack([TOKENS, EPOCHS]), [2.0, 30.0, 0.2, 5.0]),
]


@pytest.mark.parametrize(("name", "x", "params"), NOISE_FREE)
def test_noise_free_ladders_give_their_parameters_back(name, x, params):
    law = make(name, anchor=6.3)
    solution = solve(law, x, law.value(x, np.array(params)))
    np.testing.assert_allclose(solution.params, params, rtol=1e-8)
    assert solution.converged
    assert solution.diagnostics.at_bound == ()


@pytest.mark.parametrize("exponents", [(0.31, 0.31), (0.34, 0.28), (0.465, 0.155)])
def test_noise_free_surfaces_give_their_parameters_back(exponents):
    law, params = make("chinchilla"), np.array([1.69, 406.0, 410.0, *exponents])
    sizes = np.meshgrid(np.geomspace(4e7, 1e10, 5), np.geomspace(1e9, 1e12, 15))
    x = np.stack([axis.ravel() for axis in sizes])
    np.testing.assert_allclose(solve(law, x, law.value(x, params)).params, params, rtol=1e-8)


def test_the_published_chinchilla_runs_are_fitted_to_their_true_optimum(published_runs):
    solution = solve(make("chinchilla"), *published_runs, delta=1e-3)
    assert solution.objective <= 0.0010182740179
    assert solution.diagnostics.agreement == 1.0
    expected = [1.81722, 477.826, 2143.42, 0.347310, 0.367172]
    np.testing.assert_allclose(solution.params, expected, rtol=3e-6)


def test_the_default_delta_moves_the_floor_as_a_wider_huber_must(published_runs):
    """At delta = 1e-3 most residuals are outside delta; at 1.345 sigma most are inside."""
    solution = solve(make("chinchilla"), *published_runs)
    assert 0.005 < solution.delta < 0.01
    assert 1.82 < solution.params[0] < 1.84


def test_units_do_not_matter(published_runs):
    x, y = published_runs
    law = make("chinchilla")
    one, other = solve(law, x, y, delta=1e-3), solve(law, x * [[1e-6], [1e-9]], y, delta=1e-3)
    np.testing.assert_allclose(other.params[[0, 3, 4]], one.params[[0, 3, 4]], rtol=1e-9)


def test_a_curve_that_falls_ever_faster_is_reported_as_a_bound():
    solution = solve(make("power"), TOKENS[None], 6.3 - 1e-7 * TOKENS)
    assert solution.diagnostics.at_bound == ("alpha",)


def test_a_vanished_floor_is_reported_as_a_bound():
    solution = solve(make("power"), TOKENS[None], 30.0 * TOKENS**-0.2)
    assert "E" in solution.diagnostics.at_bound
