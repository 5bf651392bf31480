import numpy as np

from assay.laws import make


def test_without_repetition_it_is_the_chinchilla_law():
    x = np.array([[1e8, 1e9], [2e9, 8e10]])
    once = np.vstack([x, np.ones(2)])
    loss = make("chinchilla-repetition").value(once, np.array([1.8, 400.0, 2e3, 0.34, 0.28, 15.0]))
    added = make("chinchilla").value(x, np.array([1.8, 400.0, 2e3, 0.34, 0.28]))
    np.testing.assert_allclose(loss, added)


def test_it_explains_runs_on_repeated_tokens_that_the_chinchilla_law_cannot(runs, fit):
    names = "params", "tokens", "epochs", "loss"
    data = runs("datablations/runs.csv", *names, in_published_182="1")
    plain = fit(make("chinchilla"), data[:2], data[3], 1e-3)[1]
    params, repeated = fit(make("chinchilla-repetition"), data[:3], data[3], 1e-3)
    assert repeated < 0.8 * plain
    assert 5.0 < params[-1] < 100.0
