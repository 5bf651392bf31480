"""The value of runs for a decision, against cases in which it is known."""

import numpy as np
import pytest

from assay.comparison.deciding_runs import deciding_runs

CLOSE = {"a": (2.0, 2.0, 0.3), "b": (2.0, 2.02, 0.3)}
TWINS = {"a": (2.0, 2.0, 0.3), "b": (2.0, 2.0, 0.3)}
AT = 2.0**18


def scores(offers):
    at = np.array([AT * 1e-6])
    return {name: offer.at(at, "usd").draws[:, 0] for name, offer in offers.items()}


def found(built, affordable=1.0, enough=0.975, drawn=None, **options):
    return deciding_runs(built, drawn or scores(built), "usd", affordable, enough, **options)


def test_a_run_that_tells_all_of_one_of_two_equal_sources_is_worth_a_quarter(offers):
    """Half of the variance of the difference goes: arctan(sqrt(k / (1 - k))) / pi with k = 1/2."""
    built, _, _ = offers(TWINS, spread=0.004, resamples=8000, noise=1e-7)
    drawn = {name: one - one.mean() for name, one in scores(built).items()}
    following = found(built, drawn=drawn)
    assert following.now == pytest.approx(0.5, abs=0.01)
    assert following.runs[0].benefit == pytest.approx(0.25, abs=0.02)
    assert following.runs[1].source != following.runs[0].source
    assert following.expected > 0.97, "runs of both tell the order"
    assert following.worth_making


def test_run_noise_takes_its_part_of_the_benefit(offers):
    """Noise as large as what is not known of a source: k = 1/4 for one run, 2/5 for four."""
    built, _, _ = offers(TWINS, spread=0.004, resamples=8000, noise=0.004)
    drawn = {name: one - one.mean() for name, one in scores(built).items()}
    one = next(run for run in found(built, AT * 1.2e-6, drawn=drawn).runs if run.repeats == 1)
    expected = np.arctan(np.sqrt(0.25 / 0.75)) / np.pi
    assert one.benefit == pytest.approx(expected, abs=0.02)


def test_runs_that_tell_nothing_are_worth_nothing(offers):
    built, _, _ = offers(CLOSE, noise=10.0)
    following = found(built)
    assert following.runs == ()
    assert following.expected == following.now
    assert not following.worth_making


def test_runs_are_paid_by_the_purse(offers):
    built, _, _ = offers(CLOSE, spread=0.004)
    assert found(built, 1e-9).runs == ()
    for purse in (0.05, 0.3, 1.0):
        runs = found(built, purse).runs
        assert runs
        assert sum(run.cost for run in runs) <= purse


def test_of_runs_that_tell_the_same_the_cheapest_is_made(offers):
    """The draws move all budgets of a source together, so that the smallest tells it all."""
    built, _, _ = offers(CLOSE, spread=0.004, noise=1e-6)
    dear, _, _ = offers(CLOSE, data={"a": 3.0}, spread=0.004, noise=1e-6)
    assert {run.tokens for run in found(dear, drawn=scores(built)).runs} == {2.0**14}


def test_cheap_runs_that_tell_little_do_not_crowd_out_one_that_settles_it(offers, fitted, price):
    """Above, an unknown exponent: only the deciding setting itself tells, at 64 times the cost."""
    built, _, _ = offers(TWINS, spread=0.0, noise=0.001)
    rng = np.random.default_rng(5)
    bent = fitted("a", TWINS["a"])
    draws = bent.draws.copy()
    draws[:, 2] *= np.exp(0.3 * rng.standard_normal(len(draws)))
    built["a"] = type(built["a"])(fitted("a", TWINS["a"], draws=draws, noise=0.001), price("a"))
    far = np.array([4 * AT * 1e-6])
    drawn = {name: offer.at(far, "usd").draws[:, 0] for name, offer in built.items()}
    following = found(built, 10.0, drawn=drawn, extra={"a": [4 * AT]})
    assert following.runs[0].source == "a"
    assert following.expected > 0.95


def shifted(fitted, price, offers, source, floors):
    """Offer a source whose draws differ in the floor alone: any run tells it all."""
    built, _, _ = offers(TWINS, spread=0.0, noise=1e-7, resamples=len(floors))
    draws = fitted(source, TWINS[source], resamples=len(floors)).draws.copy()
    draws[:, 0] = floors
    draws[:, 1:] = draws[:1, 1:]
    fit = fitted(source, TWINS[source], draws=draws, noise=1e-7, resamples=len(floors))
    return type(built[source])(fit, price(source))


def test_runs_are_named_of_which_none_alone_would_change_the_choice(offers, fitted, price):
    """The rival is better only if the leader turns out worse than its mean, and itself better."""
    rng = np.random.default_rng(0)
    floors = {"a": 2.0 + rng.uniform(-0.06, 0.06, 1000), "b": 2.08 + rng.uniform(-0.06, 0.06, 1000)}
    built = {name: shifted(fitted, price, offers, name, floors[name]) for name in floors}
    following = found(built, 10.0)
    assert following.now == pytest.approx(1.0 - 0.5 * (0.04 / 0.12) ** 2, abs=0.02)
    assert {run.source for run in following.runs} == {"a", "b"}
    assert following.expected > 0.99
    assert following.worth_making


def test_what_only_the_tails_of_the_draws_hold_open_is_settled_by_a_run(offers, fitted, price):
    """Four draws in a hundred have the rival ahead, far out: a Gaussian would never choose it."""
    rng = np.random.default_rng(1)
    floors = {"a": np.full(1000, 2.0), "b": 2.03 + 0.006 * rng.standard_t(2, 1000)}
    floors["b"] = np.where(rng.uniform(size=1000) < 0.04, 1.95, floors["b"])
    built = {name: shifted(fitted, price, offers, name, floors[name]) for name in floors}
    following = found(built, 10.0)
    assert following.now < 0.97
    assert [run.source for run in following.runs] == ["b"]
    assert following.expected > 0.995


def test_text_that_smaller_runs_needed_is_paid_once(offers):
    built, _, _ = offers(CLOSE, data={"a": 3.0, "b": 3.0}, spread=0.004, noise=1e-6)
    largest = 2.0**18
    for run in found(built, 10.0, extra={"a": [largest], "b": [largest]}).runs:
        text = 3e-6 * 0.5 * max(run.tokens - largest, 0.0)
        assert run.cost == pytest.approx(1e-6 * run.tokens * run.repeats + text)


def test_the_control_is_a_choice_and_its_runs_tell_too(offers):
    laws = {"a": (2.0, 2.0, 0.3), "control": (2.0, 2.0, 0.3)}
    built, _, _ = offers(laws, spread=0.004, noise=1e-6)
    following = deciding_runs(built, scores(built), "usd", 1.0, 0.975)
    assert {run.source for run in following.runs} == {"a", "control"}
    assert following.expected > 0.95


def test_differences_below_the_least_gain_need_no_runs(offers):
    built, _, _ = offers(TWINS, spread=0.001)
    following = found(built, least_gain=0.5)
    assert (following.now, following.runs) == (1.0, ())


def test_runs_are_found_for_a_bar_that_is_nearly_reached(offers):
    """At a probability of .99 no run makes many more choices right, but one can make it sure."""
    apart = {"a": (2.0, 2.0, 0.3), "b": (2.0, 2.07, 0.3)}
    built, _, _ = offers(apart, spread=0.004, noise=1e-4, resamples=1000)
    following = found(built, enough=0.999)
    assert 0.98 < following.now < 0.999
    assert following.runs
    assert following.settled > 0.9
    assert following.worth_making


def test_a_tie_that_may_be_there_or_not_is_open(offers):
    """The difference of .013 has a standard deviation of .019, and the zone is .04 wide."""
    built, _, _ = offers(CLOSE, spread=0.004, noise=1e-4)
    following = found(built, enough=0.9, least_gain=0.04)
    assert following.now > 0.95
    assert following.runs, "whether b is tied with a is not known"
    assert following.settled > 0.9


def test_ten_sources_of_ten_budgets_take_no_time(offers):
    import time

    laws = {f"s{i}": (2.0, 2.0 + 0.002 * i, 0.3) for i in range(10)}
    built, _, _ = offers(laws, resamples=1000, spread=0.004)
    drawn = scores(built)
    started = time.perf_counter()
    found(built, 100.0, drawn=drawn)
    assert time.perf_counter() - started < 3.0, "a third of a second where nothing else runs"
