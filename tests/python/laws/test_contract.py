"""What every law must hold, whatever its form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.laws import LAWS, make

SIZES = np.geomspace(0.1, 10.0, 7)
SECOND = np.array([1.0, 1.0, 1.5, 2.0, 4.0, 8.0, 3.0])
SHARES = np.array([[1.0, 0.0, 0.5, 0.1, 0.2, 0.0, 0.3], [0.0, 1.0, 0.5, 0.6, 0.1, 0.3, 0.3]])
PREDICTORS = {
    "x": SIZES,
    "params": SIZES,
    "tokens": SECOND[::-1],
    "epochs": SECOND,
    "web": SHARES[0],
    "code": SHARES[1],
    "books": 1.0 - SHARES.sum(axis=0),
}


def build(name):
    return make(name, anchor=6.3, columns=("web", "code", "books") if name == "mixture" else ())


def predictors(law):
    return np.stack([PREDICTORS[name] for name in law.predictors])


@pytest.fixture(params=LAWS)
def law(request):
    return build(request.param)


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_gradient_is_the_derivative(name, data):
    law = build(name)
    positive = st.floats(0.05, 5.0)
    params = np.array([data.draw(positive, label=p) for p in law.parameters])
    x = predictors(law)
    _compare_slopes(law, x, params)


def _compare_slopes(law, x, params):
    slopes, loss = law.gradient(x, params), law.value(x, params)
    assert np.all(np.isfinite(slopes))
    for j in range(len(params)):
        nudged = params.astype(complex)
        nudged[j] += 1e-30j
        complex_step = law.value(x, nudged).imag / 1e-30
        # A slope is the loss times a difference of terms. Those of the broken law are the largest,
        # up to 5 log(10 / 0.05) / 0.05 = 530 here, and cancel beyond a sharp break; both ways round
        # them by 1e-16 a few times: 5e-13 of the loss at worst over 10^5 random parameters.
        np.testing.assert_allclose(slopes[:, j] / loss, complex_step / loss, rtol=1e-9, atol=1e-11)


def test_the_slopes_beyond_a_sharp_break_are_those_of_the_complex_step():
    """Its slope by ``f`` is there a difference of nearly equal terms."""
    law, params = make("broken"), np.array([2.0, 5.0, 3.0, 0.169, 0.05, 0.051])
    _compare_slopes(law, predictors(law), params)


def test_batches_of_parameters_give_the_same_as_one_at_a_time(law):
    rng = np.random.default_rng(0)
    params = rng.uniform(0.2, 2.0, (2, 3, len(law.parameters)))
    values, gradients = law.value(predictors(law), params), law.gradient(predictors(law), params)
    assert values.shape == (2, 3, 7)
    assert gradients.shape == (2, 3, 7, len(law.parameters))
    np.testing.assert_allclose(values[1, 2], law.value(predictors(law), params[1, 2]))
    np.testing.assert_allclose(gradients[1, 2], law.gradient(predictors(law), params[1, 2]))


def test_the_terms_make_the_value(law):
    params = np.linspace(0.3, 1.7, len(law.parameters))
    offset, basis = law.terms(predictors(law), params[law.linear :])
    summed = offset + basis @ params[: law.linear]
    np.testing.assert_allclose(summed, law.value(predictors(law), params))


def test_rescaled_parameters_describe_the_unscaled_predictors(law):
    params = np.linspace(0.3, 1.7, len(law.parameters))
    scale = np.where(law.scaled, np.geomspace(3e5, 7e8, len(law.scaled)), 1.0)
    rescaled = law.rescale(params, scale)
    np.testing.assert_allclose(
        law.value(predictors(law) * scale[:, None], rescaled), law.value(predictors(law), params)
    )


def test_the_grid_lies_within_the_bounds(law):
    losses = np.linspace(6.0, 2.0, len(SIZES))
    low, high = law.bounds(losses)
    grid = law.grid(predictors(law), losses)
    assert grid.shape[1] == len(law.parameters) - law.linear
    assert np.all(grid >= low[law.linear :] * (1 - 1e-12))
    assert np.all(grid <= high[law.linear :] * (1 + 1e-12))


def test_corners_of_the_bounds_neither_overflow_nor_lose_the_gradient(law):
    """Warnings are errors here, those of overflow too; ladders span six powers of ten at most."""
    low, high = law.bounds(np.array([2.0, 6.0]))
    picks = np.random.default_rng(0).integers(0, 2, (300, len(low)))
    corners = np.where(picks, high, low)
    x = predictors(law) ** np.where(law.scaled, 3.0, 1.0)[:, None]
    assert np.all(np.isfinite(law.value(x, corners)))
    assert np.all(np.isfinite(law.gradient(x, corners)))


def test_a_parameter_with_a_prior_or_a_ridge_exists(law):
    assert set(law.log_prior) | set(law.ridges) <= set(law.parameters)
    assert all(spread > 0.0 for _, spread in law.log_prior.values())
