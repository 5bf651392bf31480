from dataclasses import replace

import numpy as np
import pytest

from assay.errors import AssayError, StudyError
from assay.fitting.random_streams import noise_scales
from assay.records import read_measurements, write_measurements
from assay.study import integrate, stages
from assay.study.fit import read_fits
from assay.study.integrate import Integration, averaged, integrate_study, read_integration

HALF = {"big": 0.5, "small": 0.5}


@pytest.fixture
def annealed(monkeypatch, measurement):
    """Stand in for training and measuring: the specs that were asked for, and their losses."""
    specs, losses = [], [2.5]

    def anneal(study, runs, *_):
        specs.extend(runs)

    def measure(folders, chosen, **_):
        return [
            measurement("integration", 1024, loss, role=role)
            for _, loss in zip(folders, losses * len(specs), strict=False)
            for role in ("target", "guard")
        ]

    monkeypatch.setattr(integrate.MissingExtra, "check", lambda *_: None)
    monkeypatch.setattr(integrate, "anneal_runs", anneal)
    monkeypatch.setattr(integrate, "measure_folders", measure)
    return specs, losses


def test_a_blend_is_annealed_at_the_largest_rung_with_the_seeds_of_the_control(
    fitted_study, annealed
):
    specs, _ = annealed
    found = integrate_study(fitted_study, HALF)
    assert [(s.source, s.tokens, s.seed) for s in specs] == [("integration", 1024, 0)]
    drawn = [(each.name, each.candidate_sequences) for each in specs[0].members]
    assert drawn == [("big", 24), ("small", 24)]
    assert (found.tokens, found.runs, found.shares) == (1024, (specs[0].key,), HALF)


def test_the_prediction_is_the_mean_of_the_members_with_the_noise_of_the_runs(
    fitted_study, annealed
):
    _, losses = annealed
    fits = read_fits(fitted_study)
    place = {"tokens": np.array([1024.0]), "epochs": np.array([4.0])}
    alone = {name: fits[name].value_draws(place)[:, 0] for name in HALF}
    expected = (alone["big"] + alone["small"]) / 2
    np.testing.assert_allclose(averaged(fits, HALF)(1024.0, 4.0), expected)
    losses[:] = [float(expected.mean())]
    found = integrate_study(fitted_study, HALF)
    assert found.predicted == pytest.approx(expected.mean(), rel=1e-3)
    errors = fits["big"].errors
    sigma = noise_scales(errors.random_state, errors.noise, errors.noise_freedom, len(expected))
    assert found.upper - found.lower > 2 * np.median(sigma) * expected.mean()
    assert found.measured_se == pytest.approx(found.measured * errors.noise)
    assert found.as_predicted
    assert "50% big, 50% small: 1 runs of 1,024 trained tokens" in str(found)
    assert str(found).endswith(": as predicted")


@pytest.mark.parametrize(("loss", "said"), [(9.0, "worse than predicted"), (0.5, "better than")])
def test_a_blend_that_does_not_do_what_was_predicted_is_said(fitted_study, annealed, loss, said):
    _, losses = annealed
    losses[:] = [loss]
    found = integrate_study(fitted_study, HALF)
    assert not found.as_predicted
    assert said in str(found)
    assert f"measured {loss:.4f}" in str(found)


def test_what_is_expected_of_the_blend_can_be_given(fitted_study, annealed):
    asked = []

    def predict(tokens, epochs):
        asked.append((tokens, epochs))
        return np.full(50, 2.0)

    assert integrate_study(fitted_study, HALF, predict).predicted == 2.0
    assert asked == [(1024.0, 4.0)]


def test_an_integration_is_kept_until_the_blend_or_the_fits_change(
    fitted_study, annealed, measure_study
):
    specs, _ = annealed
    assert read_integration(fitted_study) is None
    first = integrate_study(fitted_study, HALF)
    assert integrate_study(replace(fitted_study), {**HALF}) == first
    assert len(specs) == 1
    assert read_integration(replace(fitted_study)) == first
    assert Integration.from_dict(first.to_dict()) == first
    other = integrate_study(fitted_study, {"big": 0.75, "small": 0.25})
    assert read_integration(fitted_study) == other
    path = fitted_study.output.measurements
    write_measurements(path, read_measurements(path)[1:])
    stages.fit(fitted_study, stages.StageOptions(progress=False))
    assert read_integration(fitted_study) is None


def test_a_blend_of_the_study_is_integrated_by_its_own_runs(fitted_study, change, annealed):
    specs, _ = annealed
    blend = '[[blend]]\nname = "half"\nshares = { big = 0.5, small = 0.5 }\n[ladder]'
    study = change(fitted_study, "[ladder]", blend)
    plan = stages.plan(study, stages.StageOptions(progress=False))[0]
    keys = {spec.key for spec in plan.specs if spec.source == "half"}
    integrate_study(study, HALF)
    assert {spec.key for spec in specs} <= keys


def test_the_purse_chooses_the_rung_and_is_not_overdrawn(fitted_study, change, annealed):
    plan = stages.plan(fitted_study, stages.StageOptions(progress=False))[1]
    cost = sum(row["usd"] for row in plan.rows)

    def with_purse(amount):
        study = change(fitted_study, 'budget = "4 USD"', f'budget = "4 USD"\npilot = "{amount}"')
        try:
            return integrate_study(study, HALF)
        finally:
            change(fitted_study, f'\npilot = "{amount}"', "")

    assert with_purse("40 USD").tokens == 1024
    with pytest.raises(StudyError, match=r'^\[study\] pilot "[\d.]+ USD" has 0 USD left, and the'):
        with_purse(f"{cost / 2:.4f} USD")


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"big": 0.5, "news": 0.5}, 'a share of "news", and the sources are big, small'),
        ({"big": 0.5, "small": 0.4}, "sum to 0.9: make them sum to 1"),
        ({"big": 1.5, "small": -0.5}, 'the share of "big" is 1.5: give a part of 1'),
        ({"big": 1.0, "small": 0.0}, 'all of the blend is "big", whose own runs show'),
        ({}, "sum to 0"),
    ],
)
def test_shares_that_are_no_blend_are_refused_before_anything_is_trained(
    study, annealed, shares, said
):
    with pytest.raises(StudyError, match=said):
        integrate_study(study, shares)
    assert annealed[0] == []


def test_a_run_that_diverged_is_named(fitted_study, annealed, monkeypatch):
    monkeypatch.setattr(integrate, "measure_folders", lambda *_, **__: [])
    with pytest.raises(AssayError, match="1 of the 1 runs of the integration anneal diverged"):
        integrate_study(fitted_study, HALF)


def test_the_name_of_its_runs_is_reserved(study, change):
    with pytest.raises(StudyError, match='"integration" is reserved'):
        change(study, 'name = "big"', 'name = "integration"')
