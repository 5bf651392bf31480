import numpy as np
import pytest

import assay
from assay.errors import FitError


def ladder(noise=0.002, seeds=4, rng=0):
    tokens = np.repeat(2.0 ** np.arange(14, 22), seeds)
    scatter = np.exp(noise * np.random.default_rng(rng).standard_normal(len(tokens)))
    return {"tokens": tokens, "loss": (2.0 + 2.0 * (tokens / 2**16) ** -0.4) * scatter}


@pytest.fixture(scope="module")
def fit():
    return assay.fit(ladder(), law="power", source=None, resamples=400)["all"]


@pytest.mark.parametrize("name", ["E", "A", "alpha"])
def test_where_the_runs_identify_a_parameter_profile_and_bootstrap_agree(fit, name):
    profile, (low, high) = fit.profile(name), fit.conf_int()[name]
    value = fit.params[name]
    assert profile.lower < value < profile.upper
    assert value - profile.lower == pytest.approx(value - low, rel=0.4)
    assert profile.upper - value == pytest.approx(high - value, rel=0.4)


def test_the_deviance_is_zero_at_the_estimate_and_rises_away_from_it(fit):
    profile = fit.profile("E")
    middle = int(np.argmin(np.abs(profile.values - fit.params["E"])))
    assert profile.values[middle] == pytest.approx(fit.params["E"])
    assert profile.deviance[middle] == pytest.approx(0.0, abs=1e-4)
    near = slice(middle - 15, middle + 16)
    assert np.all(np.diff(profile.deviance[near][:16]) <= 1e-6)
    assert np.all(np.diff(profile.deviance[near][15:]) >= -1e-6)


def test_its_interval_holds_the_truth_as_often_as_it_says():
    inside = []
    for rng in range(150):
        one = assay.fit(ladder(rng=rng), law="power", source=None, resamples=0)["all"]
        profile = one.profile("alpha")
        inside.append(profile.lower <= 0.4 <= profile.upper)
    assert 0.88 <= np.mean(inside) <= 0.99


def test_a_ridge_has_an_open_end():
    tokens = np.geomspace(1e5, 1e7, 8)
    table = {"tokens": tokens, "epochs": np.linspace(1.0, 1.5, 8)}
    effective = tokens / table["epochs"] * (1 + 3 * (1 - np.exp(-(table["epochs"] - 1) / 3)))
    scatter = np.exp(0.003 * np.random.default_rng(0).standard_normal(8))
    table["loss"] = (2.0 + 60.0 * effective**-0.3) * scatter
    fit = assay.fit(table, law="repetition", source=None, resamples=0)["all"]
    assert fit.profile("R").upper is None
    assert "open" in str(fit.profile("R"))


def test_an_unknown_parameter_is_refused(fit):
    with pytest.raises(FitError, match="power law has no parameter beta, found E, A, alpha"):
        fit.profile("beta")
