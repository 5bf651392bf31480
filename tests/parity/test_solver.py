"""The solver of the engine, against its twin in numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay import _core
from assay.fitting.point import slow
from assay.fitting.point.engine import constants
from assay.fitting.point.solver import EXACT, minimise
from assay.fitting.point.starts import best_starts
from assay.laws import LAWS, make

NAMES = sorted(set(LAWS) & set(_core.fitted_laws()))
POINTS = 20
TRUTH = {
    "E": 1.7,
    "L0": 5.0,
    "A": 0.8,
    "B": 0.6,
    "alpha": 0.45,
    "beta": 0.6,
    "alpha2": 0.2,
    "x0": 0.7,
    "x1": 1.5,
    "f": 0.5,
    "gamma": 0.8,
    "k": 0.6,
    "R": 5.0,
}


def settings_of(law, rng):
    """Return predictors: sizes over two and a half decades, and up to eight epochs."""
    sizes = np.geomspace(0.06, 16.0, POINTS)
    columns = [
        rng.permutation(sizes) if scaled else 8.0 ** rng.random(POINTS) for scaled in law.scaled
    ]
    return np.stack(columns)


def case(name, seed):
    """Return a law, its truth, and data sets that scatter around it, with everything optional."""
    law, rng = make(name, anchor=6.3), np.random.default_rng(seed)
    truth = np.array([TRUTH[parameter] for parameter in law.parameters])
    x = settings_of(law, rng)
    y = law.value(x, truth) * np.exp(0.005 * rng.standard_normal((3, POINTS)))
    weights = rng.integers(0, 4, (3, POINTS)).astype(float)
    low, high = law.bounds(y)
    bounds = np.tile(low, (3, 1)), np.tile(high, (3, 1))
    held = rng.integers(len(truth))
    bounds[0][1, held] = bounds[1][1, held] = truth[held]
    prior = np.log(truth) + 0.1, np.full((3, len(truth)), (0.005 / 0.5) ** 2)
    return law, truth, x, y, weights, bounds, prior


def test_the_engine_knows_every_law_but_the_mixture():
    assert set(LAWS) - set(NAMES) == {"mixture"}
    assert set(_core.fitted_laws()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    delta=st.sampled_from([1e-3, 6e-3, 1e6]),
    space=st.sampled_from(["log", "loss"]),
)
def test_both_end_at_the_same_optimum(name, seed, delta, space):
    law, truth, x, y, weights, bounds, prior = case(name, seed)
    starts = np.tile(truth, (3, 1))
    fast = minimise(law, x, y, delta, starts, bounds, weights=weights, prior=prior, space=space)
    params, objective, converged, at_bound = slow.minimise(
        law, x, y, delta, starts, bounds, weights, prior, space, EXACT, 1000
    )
    assert fast.converged.all()
    assert converged.all()
    np.testing.assert_allclose(fast.objective, objective, rtol=1e-9)
    np.testing.assert_array_equal(fast.at_bound, at_bound)
    np.testing.assert_allclose(np.log(fast.params), np.log(params), atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), delta=st.sampled_from([1e-3, 1e6]))
def test_both_see_the_same_grid(name, seed, delta):
    law, truth, x, y, *_ = case(name, seed)
    grid, known = law.grid(x, y[0]), constants(law)
    fast = _core.profile_grid(name, known, x, y[0], y[0], delta, np.ascontiguousarray(grid))
    twin = slow.profile_grid(law, x, y[0], y[0], delta, grid)
    good = twin[1] < 100 * twin[1].min()
    np.testing.assert_allclose(fast[1][good], twin[1][good], rtol=1e-4)
    fitted = law.value(x, truth)
    near = _core.nearest_on_grid(name, known, x, y, fitted, np.ascontiguousarray(grid))
    rows, coefficients = slow.nearest_on_grid(law, x, y, fitted, grid)
    np.testing.assert_array_equal(near[0], rows)
    np.testing.assert_allclose(near[1], coefficients, rtol=1e-5, atol=1e-9)


def test_results_depend_neither_on_the_batch_nor_on_the_instructions():
    law, truth, x, y, *_ = case("chinchilla", 3)
    many = np.tile(y, (40, 1))
    starts = np.tile(truth, (120, 1))
    low, high = (bound[None] for bound in law.bounds(y))
    arguments = 1e-3, starts, (low, high), None, None, "log", EXACT, 1000
    together = _core.minimise("chinchilla", [], x, many, *arguments)
    baseline = _core.minimise("chinchilla", [], x, many, *arguments, baseline=True)
    alone = minimise(law, x, y[1], 1e-3, starts[:1], (low, high))
    np.testing.assert_array_equal(together[0][1::3], np.tile(alone.params, (40, 1)))
    np.testing.assert_allclose(together[1], baseline[1], rtol=1e-12)


def test_a_law_of_the_same_name_is_not_taken_for_the_engine_s():
    class Mine(LAWS["power"]):
        pass

    assert constants(Mine()) is None
    x = np.geomspace(0.1, 10.0, 8)[None]
    y = make("power").value(x, np.array([1.5, 2.0, 0.4]))
    found = best_starts(Mine(), x, y, 1e-3, 2)
    np.testing.assert_allclose(found, best_starts(make("power"), x, y, 1e-3, 2), rtol=1e-6)


def test_wrong_shapes_are_refused():
    x, y, three = np.ones((1, 4)), np.ones((1, 4)), np.ones((1, 3))
    arguments = 1e-3, three, (three, three), None, None, "log", EXACT, 1000
    with pytest.raises(ValueError, match="x: expected 8 numbers, found 4"):
        _core.minimise("repetition", [], x, y, *arguments)
    with pytest.raises(ValueError, match='no law "no such"'):
        _core.minimise("no such", [], x, y, *arguments)


def test_a_misspelt_space_is_refused():
    x, start = np.ones((1, 4)), np.ones((1, 3))
    arguments = 1e-3, start, (start, start), None, None
    with pytest.raises(ValueError, match='space is "los", expected "log" or "loss"'):
        _core.minimise("power", [], x, x, *arguments, "los", EXACT, 1000)
