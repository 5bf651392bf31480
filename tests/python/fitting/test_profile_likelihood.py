import json

import numpy as np
import pytest

import assay
from assay.errors import DataError, FitError
from assay.fitting import Profile


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


def test_it_survives_json_and_shows_itself_as_its_line(fit):
    profile = fit.profile("E")
    again = Profile.from_dict(json.loads(json.dumps(profile.to_dict(), allow_nan=False)))
    assert again.to_dict() == profile.to_dict()
    assert repr(again) == str(profile)
    assert profile._repr_html_() == f"<pre>{profile}</pre>"
    for wrong in ({}, {"values": "x"}, None, profile.to_dict() | {"odd": 1}):
        with pytest.raises(DataError, match="not a profile"):
            Profile.from_dict(wrong)
    with pytest.raises(ValueError, match="read-only"):
        profile.values[0] = 1.0


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


def test_runs_without_any_noise_leave_no_doubt():
    exact = assay.fit(ladder(noise=0.0), law="power", source=None, resamples=0)["all"]
    profile = exact.profile("E")
    assert (profile.lower, profile.upper) == pytest.approx((2.0, 2.0))


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_a_level_is_between_zero_and_one(fit, level):
    with pytest.raises(FitError, match="expected a number between 0 and 1"):
        fit.profile("E", level)


def test_an_unknown_parameter_is_refused(fit):
    with pytest.raises(FitError, match="power law has no parameter beta, found E, A, alpha"):
        fit.profile("beta")
