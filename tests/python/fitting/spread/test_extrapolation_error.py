import numpy as np
import pytest

from assay.fitting.records import Holdout
from assay.fitting.spread.extrapolation_error import misfit, shared_part


def holdout(error, noise=0.001, kept=1e5, decades=0.5):
    return Holdout(
        kept_size=kept,
        kept_loss=3.0,
        x={"tokens": kept * 10**decades},
        decades=decades,
        observed=2.0,
        observed_noise=noise,
        predicted=2.0 * np.exp(error),
        noise=noise,
    )


def cuts(error, count):
    return [holdout(error, kept=1e5 + i) for i in range(count)]


def test_errors_per_decade_are_found_under_their_noise():
    rng = np.random.default_rng(0)
    errors = [
        holdout(np.hypot(0.05 * 0.5, 0.01) * rng.standard_normal(), 0.01, kept=1e5 + i)
        for i in range(2000)
    ]
    assert misfit({"a": errors})["a"].scale == pytest.approx(0.05, rel=0.1)


def test_without_hold_outs_published_ladders_are_the_guess():
    assert misfit({"a": []})["a"].scale == pytest.approx(0.02, rel=0.05)


def test_many_hold_outs_leave_less_doubt_than_none():
    none, many = misfit({"a": []})["a"], misfit({"a": cuts(0.02, 30)})["a"]
    assert none.spread == pytest.approx(np.log(2.0), rel=0.05)
    assert many.spread < 0.3 * none.spread


def test_hold_outs_of_one_fit_count_as_one():
    one, many = (misfit({"a": [holdout(0.05)] * count})["a"] for count in (1, 30))
    assert (many.scale, many.spread) == pytest.approx((one.scale, one.spread))


def test_errors_that_noise_explains_leave_less_than_the_guess():
    assert misfit({"a": cuts(0.0001, 10)})["a"].scale < 0.01


def test_no_source_is_trusted_more_than_the_median_one():
    found = misfit({"a": [holdout(0.0)], "b": [holdout(0.05)], "c": [holdout(0.2)]})
    assert found["a"].scale == found["b"].scale < found["c"].scale


def test_the_shared_part_is_measured_from_errors_at_equal_cuts():
    rng = np.random.default_rng(1)
    common = rng.standard_normal(500)
    sources = {
        name: [
            holdout(0.03 * (np.sqrt(0.6) * u + np.sqrt(0.4) * rng.standard_normal()), kept=1e5 + i)
            for i, u in enumerate(common)
        ]
        for name in "abc"
    }
    assert shared_part(sources) == pytest.approx(0.6, abs=0.08)


def test_nothing_is_shared_where_nothing_can_be_paired():
    assert shared_part({"a": [holdout(0.1, kept=1e5)], "b": [holdout(0.1, kept=2e5)]}) == 0.0
    assert shared_part({"a": [holdout(0.1)], "b": [holdout(-0.1)]}) == 0.0
