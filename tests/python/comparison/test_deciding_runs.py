import numpy as np
import pytest

from assay.comparison.deciding_runs import deciding_runs

CLOSE = {"a": (2.0, 2.0, 0.3), "b": (2.0, 2.02, 0.3)}
AT = 2.0**18


def scores(offers):
    at = np.array([AT * 1e-6])
    return {name: offer.at(at, "usd").draws[:, 0] for name, offer in offers.items()}


def test_the_expected_drop_of_a_wrong_call_is_the_closed_form_one(offers):
    """Of mean 0, with a share k of the variance learnt, it is arctan(sqrt(k / (1 - k))) / pi."""
    built, _, _ = offers({"a": CLOSE["a"], "b": CLOSE["a"]}, spread=0.004, resamples=20_000)
    drawn = {name: one - one.mean() for name, one in scores(built).items()}
    found = deciding_runs(built, drawn, None, "usd", 1.0, 0.95).runs[0]
    learnt = 0.5 * 0.5
    expected = np.arctan(np.sqrt(learnt / (1 - learnt))) / np.pi
    assert found.benefit == pytest.approx(expected, rel=0.05)


def test_runs_are_ranked_by_benefit_for_their_cost_and_paid_by_the_budget(offers):
    drawn = scores(offers(CLOSE)[0])
    built, _, _ = offers(CLOSE, data={"b": 3.0})
    runs = deciding_runs(built, drawn, None, "usd", 1.0, 0.95).runs
    assert runs[0].source == "a"
    assert runs[0].tokens == 2.0**14, "all budgets tell the same here, so that the least is best"
    assert [r.benefit_per_cost for r in runs] == sorted(r.benefit_per_cost for r in runs)[::-1]
    assert all(r.cost <= 1.0 for r in runs)


def test_noise_free_runs_of_both_would_settle_it_and_very_noisy_ones_would_not(offers):
    quiet, _, _ = offers(CLOSE, noise=1e-6)
    assert deciding_runs(quiet, scores(quiet), None, "usd", 10.0, 0.95).settles
    loud, _, _ = offers(CLOSE, noise=0.1)
    assert not deciding_runs(loud, scores(loud), None, "usd", 10.0, 0.95).settles


def test_nothing_affordable_settles_nothing(offers):
    built, _, _ = offers(CLOSE, noise=1e-6)
    found = deciding_runs(built, scores(built), None, "usd", 1e-9, 0.95)
    assert found.runs == ()
    assert not found.settles
