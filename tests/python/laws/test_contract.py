"""What every law must hold, whatever its form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.laws import LAWS, make

SIZES = np.geomspace(0.1, 10.0, 7)
SECOND = np.array([1.0, 1.0, 1.5, 2.0, 4.0, 8.0, 3.0])


@pytest.fixture(params=LAWS)
def law(request):
    return make(request.param, anchor=6.3)


def predictors(law):
    """Sizes, and where the law has a second predictor, numbers that can be epochs."""
    return np.stack([SIZES, SECOND][: len(law.predictors)])


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_gradient_is_the_derivative(name, data):
    law = make(name, anchor=6.3)
    positive = st.floats(0.05, 5.0)
    params = np.array([data.draw(positive, label=p) for p in law.parameters])
    x = predictors(law)
    exact = law.gradient(x, params)
    for j in range(len(params)):
        nudged = params.astype(complex)
        nudged[j] += 1e-30j
        complex_step = law.value(x, nudged).imag / 1e-30
        np.testing.assert_allclose(exact[:, j], complex_step, rtol=1e-9, atol=1e-12)


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
    scale = np.where(law.scaled, [3e5, 7e8][: len(law.scaled)], 1.0)
    rescaled = law.rescale(params, scale)
    np.testing.assert_allclose(
        law.value(predictors(law) * scale[:, None], rescaled), law.value(predictors(law), params)
    )


def test_the_grid_lies_within_the_bounds(law):
    low, high = law.bounds(np.array([2.0, 6.0]))
    grid = law.grid(predictors(law), np.array([2.0, 6.0]))
    assert grid.shape[1] == len(law.parameters) - law.linear
    assert np.all(grid >= low[law.linear :] * (1 - 1e-12))
    assert np.all(grid <= high[law.linear :] * (1 + 1e-12))
