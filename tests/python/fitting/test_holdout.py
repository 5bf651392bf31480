import numpy as np
import pytest

from assay.fitting.holdout import hold_out, with_noise
from assay.fitting.points import points_by_source
from assay.ingest import Runs
from assay.laws import make


def points(table):
    return points_by_source(Runs(table), x=["tokens"], y="loss", source="source", run=None)["a"]


def test_each_larger_budget_is_predicted_from_the_smaller_ones(ladder):
    trials = hold_out(make("power"), points(ladder({"a": (2.0, 2.0, 0.3)}, noise=0.0)), ["tokens"])
    assert [trial.x["tokens"] for trial in trials] == [2.0**17, 2.0**18]
    assert [trial.kept_size for trial in trials] == [2.0**16, 2.0**17]
    assert [trial.runs for trial in trials] == [2, 2]
    np.testing.assert_allclose([trial.decades for trial in trials], np.log10(2))
    np.testing.assert_allclose([trial.error for trial in trials], 0, atol=1e-9)
    assert trials[1].kept_loss == pytest.approx(2 + 2 * 2**-0.3)


def test_the_stated_noise_of_an_error_is_the_noise_that_it_has(ladder):
    errors, stated = [], []
    for seed in range(40):
        table = ladder({"a": (2.0, 2.0, 0.3)}, noise=0.002, seeds=4, rng=seed)
        last = with_noise(hold_out(make("power"), points(table), ["tokens"])[-1], 0.002)
        errors.append(last.error)
        stated.append(last.noise)
    assert np.std(errors) == pytest.approx(np.median(stated), rel=0.35)


def test_runs_beyond_the_top_are_not_looked_at_and_no_cut_is_fitted_twice(ladder):
    all_runs, solved = points(ladder({"a": (2.0, 2.0, 0.3)})), {}
    every = hold_out(make("power"), all_runs, ["tokens"], solved=solved)
    fits = dict(solved)
    below = hold_out(make("power"), all_runs, ["tokens"], top=2.0**17, solved=solved)
    assert below == every[:1]
    assert solved == fits


def test_ladders_too_short_to_withhold_anything_give_nothing(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3)}, budgets=np.array([1e4, 1e5, 1e6]))
    assert hold_out(make("power"), points(table), ["tokens"]) == []


def test_many_sizes_are_cut_at_quantiles_and_below_the_largest(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3)}, seeds=1, budgets=np.geomspace(1e4, 1e6, 30))
    trials = hold_out(make("power"), points(table), ["tokens"])
    assert len({trial.kept_size for trial in trials}) == 7
    assert trials[-1].kept_size == sorted(table["tokens"])[-2]
    assert trials[-1].size == max(table["tokens"])
    assert max(trial.decades for trial in trials) > 1
