"""No draw is a loss that cannot be, and a law on its bound decides nothing by extrapolation."""

import numpy as np
import pytest
from scipy.stats import t

from assay.comparison import compare
from assay.fitting import fit
from assay.fitting.limits import UNIFORM, ceiling, ends, kept_gain
from assay.fitting.points import Points
from assay.laws import make

TOKENS = 1e6 * 2.0 ** np.arange(4)
NOISY = np.array([2.678, 2.664, 2.609, 2.503])
"""Four single runs with 2% noise: resampled laws diverge below them and reach 10 nats beyond."""


def draws(at, losses=NOISY, **options):
    table = {"tokens": TOKENS[: len(losses)], "loss": losses}
    result = fit(table, source=None, **options)["all"]
    return result, result.value_draws({"tokens": [at]})[:, 0]


@pytest.mark.parametrize("at", [1e8, 1e9, 1e11])
def test_a_larger_budget_is_not_above_what_was_measured_by_more_than_noise(at):
    result, drawn = draws(at, NOISY[:3])
    assert result.errors.noise_freedom == 0
    assert 0.0 < drawn.min() < drawn.max() <= 2.678 * np.exp(2 * result.errors.noise) + 1e-9


@pytest.mark.parametrize(("anchor", "most"), [(None, UNIFORM), (2.9, 2.9)])
def test_a_smaller_budget_is_not_above_the_base_or_a_uniform_guess(anchor, most):
    result, drawn = draws(1e3, NOISY[:3], anchor=anchor, law="power")
    assert drawn.max() <= most * np.exp(2 * result.errors.noise) + 1e-9
    assert result.value({"tokens": [1e-9]})[0] <= most


def test_the_error_of_a_score_ends_at_one():
    scores = {"tokens": TOKENS[:3], "accuracy": [0.05, 0.08, 0.12]}
    result = fit(scores, y="accuracy", source=None, higher_is_better=True)["all"]
    for at in (1e2, 1e9):
        for kind in ("mean", "run"):
            found = result.value_draws({"tokens": [at]}, kind)
            assert 0.0 <= found.min() <= found.max() < 1.0


def test_a_control_does_not_rise_above_the_base_by_more_than_noise():
    rng = np.random.default_rng(0)
    for _ in range(5):
        flat = 2.9 * np.exp(0.01 * rng.standard_normal(4))
        result, drawn = draws(1e9, flat, anchor=2.9)
        ends = result.predict({"tokens": [1e9]})
        most = max(2.9, flat.max()) * np.exp(10 * 2 * result.errors.noise)
        assert drawn.max() <= most
        assert ends["lower"][0] < ends["mean"][0] < ends["upper"][0] + 1e-9


def test_a_source_that_harms_may_rise():
    rising = np.array([2.0, 2.1, 2.2, 2.3])
    table = {"tokens": TOKENS, "loss": rising}
    result = fit(table, source=None, law="anchored", anchor=1.95, resamples=50)["all"]
    assert result.value({"tokens": [1e8]})[0] > 2.3


def test_the_ceiling_is_the_largest_loss_of_runs_smaller_in_every_size():
    law = make("chinchilla")
    params, tokens = np.array([1e8, 1e8, 1e9]), np.array([1e9, 1e10, 1e10])
    points = Points("a", {}, np.array([3.5, 3.0, 2.5]), np.array(["x", "y", "z"]))
    x = np.array([[2e9, 1e9, 1e9, 1e7], [1e12, 1e12, 1e8, 1e13]])
    fitted = np.array([2.0, 3.6, 2.0, 2.0])
    found = ceiling(law, points, x, np.stack([params, tokens]), fitted, UNIFORM)
    assert found.tolist() == [3.5, 3.6, UNIFORM, UNIFORM]


def test_settings_end_with_the_runs_in_sizes_not_in_epochs():
    law = make("repetition")
    measured = np.array([[1e6, 1e8], [1.0, 2.0]])
    assert ends(law, np.array([[1e7, 1e9], [1.0, 9.0]]), measured).tolist() == [
        [1e7, 1e8],
        [1.0, 9.0],
    ]


def test_half_of_the_draws_keep_the_whole_gain_and_the_others_any_share():
    shares = kept_gain(0, "a", 10_000)
    assert np.mean(shares == 1.0) == pytest.approx(0.5, abs=0.02)
    assert np.quantile(shares, [0.05, 0.25]) == pytest.approx([0.1, 0.5], abs=0.02)
    assert not np.array_equal(shares, kept_gain(0, "b", 10_000))


def test_a_law_on_its_bound_is_not_the_best_by_extrapolation_alone():
    tokens = 1e6 * 2.0 ** np.arange(5)
    steady = 2.0 + 0.9 * (tokens / 1e6) ** -0.5
    straight = 3.1 - 0.135 * np.log2(tokens / 1e6)  # behind at every run, and no bend in sight
    assert np.all(straight > steady)
    table = {
        "source": ["steady"] * 5 + ["straight"] * 5,
        "tokens": np.tile(tokens, 2),
        "loss": np.concatenate([steady, straight]) * (1 + 1e-3 * np.tile([1, -1], 5)),
    }
    fits = fit(table, law="power")
    assert fits["straight"].status == "bound"
    assert fits["steady"].status == "ok"
    at = 40 * tokens[-1]
    drawn = {name: one.value_draws({"tokens": [at]})[:, 0] for name, one in fits.items()}
    assert fits["straight"].value({"tokens": [at]})[0] < np.median(drawn["steady"])
    assert 0.02 < np.mean(drawn["steady"] < drawn["straight"]) < 0.9
    assert compare(fits, at=at).verdict.kind != "buy"


def test_few_repeats_give_the_width_of_student():
    """Three budgets, two runs each, fix a power law: each fitted mean is that of its two runs."""
    tokens = np.repeat([1e6, 4e6, 16e6], 2)
    wobble = 0.004 * np.array([1, -1, 1.5, -1.5, 0.5, -0.5])
    table = {"tokens": tokens, "loss": (2 + 40 * tokens**-0.3) * np.exp(wobble), "seed": [0, 1] * 3}
    result = fit(table, source=None, seed="seed", law="power", resamples=4000)["all"]
    assert result.errors.noise_freedom == 3
    sigma = result.errors.noise
    assert sigma == pytest.approx(np.sqrt(np.sum(wobble**2) / 3))
    logs = np.log(result.value_draws({"tokens": [4e6]})[:, 0])
    half = np.diff(np.quantile(logs, [0.025, 0.975]))[0] / 2
    assert half == pytest.approx(t(3).ppf(0.975) * sigma / np.sqrt(2), rel=0.1)
    assert half > 1.4 * 1.96 * sigma / np.sqrt(2)
