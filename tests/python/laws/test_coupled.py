import numpy as np
import pytest

from assay.laws import make

X = np.array([[1e8, 1e9, 1e10], [2e9, 8e10, 3e9]])
FARSEER = ("scalebench/farseer.csv", {"split": "train"}, "loss")
OLMO = ("olmo_ladder/runs.csv", {"role": "ladder"}, "loss_c4_en")
EPOCH = ("epoch_chinchilla/runs.csv", {"in_published_fit": "1"}, "loss")


def test_it_adds_where_k_is_one():
    coupled = make("coupled").value(X, np.array([1.8, 400.0, 2000.0, 0.34, 0.28, 1.0]))
    added = make("chinchilla").value(X, np.array([1.8, 400.0, 2000.0, 0.34, 0.28]))
    np.testing.assert_allclose(coupled, added)


def test_it_is_the_kaplan_law_where_beta_is_one():
    coupled = make("coupled").value(X, np.array([1.8, 1e8, 1e11, 0.9, 1.0, 0.3]))
    kaplan = make("kaplan").value(X, np.array([1.8, 1e8, 1e11, 0.9, 0.3]))
    np.testing.assert_allclose(coupled, kaplan)


@pytest.mark.parametrize("delta", [1e-3, 1e6])
@pytest.mark.parametrize("table", [FARSEER, OLMO, EPOCH], ids=["farseer", "olmo", "epoch"])
def test_it_fits_real_runs_better_than_the_laws_within_it(runs, fit, table, delta):
    path, texts, loss = table
    data = runs(path, "params", "tokens", loss, **texts)
    reached = {
        name: fit(make(name), data[:2], data[2], delta)[1]
        for name in ("coupled", "chinchilla", "kaplan")
    }
    assert reached["coupled"] < 0.97 * min(reached["chinchilla"], reached["kaplan"])


@pytest.mark.parametrize("table", [FARSEER, OLMO], ids=["farseer", "olmo"])
def test_on_clean_ladders_the_larger_lack_rules(runs, fit, table):
    path, texts, loss = table
    data = runs(path, "params", "tokens", loss, **texts)
    params, _ = fit(make("coupled"), data[:2], data[2], 1e-3)
    assert 0.2 < params[-1] < 0.65


def test_the_grid_holds_the_surface_that_made_the_data():
    law, truth = make("coupled"), np.array([1.9, 0.4, 0.3, 0.7, 0.9, 0.5])
    x = np.exp(np.random.default_rng(0).uniform(-3, 3, (2, 40)))
    y = law.value(x, truth)
    start = np.append(0.7 * y.min(), law.grid(x, y)[0])
    assert np.abs(law.value(x, start) / y - 1).mean() < 0.1
