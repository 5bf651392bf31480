import numpy as np

from assay.laws import make

PARAMS = np.array([2.0, 3.0, 0.5, 5.0])


def test_without_repetition_it_is_the_power_law():
    tokens = np.geomspace(1, 100, 5)
    once = make("repetition").value(np.stack([tokens, np.ones(5)]), PARAMS)
    np.testing.assert_allclose(once, make("power").value(tokens[None], PARAMS[:3]))


def test_repeated_tokens_are_worth_less_than_new_ones_and_at_most_r_plus_one_times_the_unique():
    epochs = np.array([1.0, 2.0, 4.0, 1e6])
    unique = 7.0
    loss = make("repetition").value(np.stack([unique * epochs, epochs]), PARAMS)
    fresh = make("power").value(unique * epochs[None], PARAMS[:3])
    assert np.all(loss[1:] > fresh[1:])
    ceiling = make("power").value(np.array([[unique * (1 + PARAMS[3])]]), PARAMS[:3])
    np.testing.assert_allclose(loss[-1], ceiling[0], rtol=1e-6)
