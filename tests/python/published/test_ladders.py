"""Large models predicted from small ones, with the errors that their authors or we published."""

import numpy as np
import pytest

import assay


def test_olmo_13b_is_predicted_as_far_off_as_published(published, fit_sizes):
    """Bhagia et al. 2024 (arXiv 2412.04403): -3.83 % on C4, from 190M to 1B at 1 to 10 x 20 D/N."""
    table = published("olmo_ladder/runs.csv") | {}
    table["loss"] = table["loss_c4_en"]
    kept = (table["params"] < 2e9) & (table["chin"] != "0.5xC")
    ladder = {name: values[kept] for name, values in table.items()}
    assert len(ladder["loss"]) == 16
    target = {name: values[table["size"] == "13B"] for name, values in table.items()}
    error = fit_sizes(ladder, delta=1e-3).value(target)[0] / target["loss"][0] - 1.0
    assert error == pytest.approx(-0.037, abs=0.002)


@pytest.fixture(scope="module")
def redpajama(published):
    table = published("gadre_overtraining/runs.csv", lambda t: t["source"] == "RedPajama")
    return table | {"loss": table["loss_c4_val"]}


def test_five_small_runs_predict_two_large_ones_as_published(redpajama, fit_sizes):
    """Gadre et al. 2024 (arXiv 2403.08540): 0.7103 % at 1.4B, 0.7320 % at 6.9B; least squares."""
    multiple, params = redpajama["chinchilla_mult"], redpajama["params"]
    five = ((multiple == 1) & (params < 1e9)) | ((multiple == 16) & (params < 2e7))
    assert five.sum() == 5
    small = {name: values[five] for name, values in redpajama.items()}
    result = fit_sizes(small, "tied", objective="huber-loss", delta=1e3)
    rows = [
        np.flatnonzero((params > 1e9) & (params < 2e9) & (multiple == 32))[0],
        np.flatnonzero(params > 6e9)[0],
    ]
    at = {name: redpajama[name][rows] for name in ("params", "tokens")}
    errors = result.value(at) / redpajama["loss"][rows] - 1.0
    np.testing.assert_allclose(errors, [0.007103, 0.007320], atol=1e-6)


@pytest.mark.parametrize("law", ["chinchilla", "kaplan", "coupled", "auto"])
def test_small_fits_call_at_least_four_of_the_five_published_crossings_and_no_other(law, published):
    """Three corpora, eight sets: 5 of 24 orders at 11M are reversed at 6.9B (arXiv 2403.08540)."""
    table = published("gadre_overtraining/runs.csv")
    sizes, once = ["params", "tokens"], table["chinchilla_mult"] == 1
    first, last = (once & (table["params"] == extreme(table["params"])) for extreme in (min, max))
    a, b = np.triu_indices(3, 1)
    crossed, called = [], []
    for name in (column for column in table if column.startswith("loss_")):
        kept = table["params"] < 1e9
        runs = {column: table[column][kept] for column in ("source", *sizes, name)}
        fits = assay.fit(runs, law, sizes, name, resamples=0)
        at = {column: table[column][last][:1] for column in sizes}
        predicted = np.array([fits[source].value(at)[0] for source in table["source"][last]])
        start, end = table[name][first], table[name][last]
        crossed.extend((start[a] - start[b]) * (end[a] - end[b]) < 0)
        called.extend((start[a] - start[b]) * (predicted[a] - predicted[b]) < 0)
    crossed, called = np.array(crossed), np.array(called)
    assert (len(crossed), crossed.sum()) == (24, 5)
    assert (called & crossed).sum() >= 4
    assert not (called & ~crossed).any()


def test_a_coupled_law_predicts_the_large_farseer_runs_several_times_better(published, fit_sizes):
    """Li et al. 2025 (arXiv 2506.10972) show that size and tokens do not add up in their runs."""
    kept, held = (
        published("scalebench/farseer.csv", lambda t, split=split: t["split"] == split)
        for split in ("train", "test")
    )
    assert (len(kept["loss"]), len(held["loss"])) == (404, 7)
    errors = {
        law: np.mean(np.abs(fit_sizes(kept, law).value(held) / held["loss"] - 1.0))
        for law in ("chinchilla", "kaplan", "coupled")
    }
    assert errors["chinchilla"] > 0.025
    assert errors["kaplan"] < 0.015
    assert errors["coupled"] < 0.006
