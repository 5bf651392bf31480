"""What to buy of each source, worked out by hand: limits, fees, the guard, and blends."""

import numpy as np
import pytest

import assay
from assay.comparison.guard_limit import GuardLimit
from assay.errors import FitError, StudyError

from .conftest import TRAINING, exact, priced, repeating

LENGTH = 2.0**18
DRAWN = LENGTH / 2


def shares(found):
    return {one.source: pytest.approx(one.share, abs=0.005) for one in found.portions}


def test_without_limits_all_goes_to_the_best_source(market):
    fits, prices = market({"good": 2.0, "poor": 2.5})
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert shares(found) == {"good": 1.0}
    [portion] = found.portions
    assert portion.unique == pytest.approx(DRAWN)
    assert found.gain.value == pytest.approx(1.0)
    assert found.reason.startswith("one source is enough")
    assert found.single_regret.value == 0.0
    assert found.better == 0.5


def test_a_cap_lets_the_next_best_fill_the_rest(market):
    fits, prices = market(
        {"good": 2.0, "poor": 2.5}, {"good": priced("good", cap=DRAWN / 4, epochs_max=1.0)}
    )
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert shares(found) == {"poor": 0.75, "good": 0.25}
    assert found.portions[1].unique <= DRAWN / 4
    assert found.gain.value == pytest.approx(0.25 * 1.0 + 0.75 * 0.5, abs=1e-3)


def test_a_small_source_alone_is_diluted_with_replay(market):
    fits, prices = market({"good": 2.0}, {"good": priced("good", cap=DRAWN / 4, epochs_max=1.0)})
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert shares(found) == {"control": 0.75, "good": 0.25}
    assert any("replay in place of bought text" in one for one in found.assumptions)


def test_a_fee_is_paid_once_or_not_at_all(market):
    """Alone the fee of ``good`` costs more than its gain is worth; the limit rules it out."""
    floors = {"good": 2.0, "fair": 2.1}
    fits, prices = market(floors, {"good": priced("good", fee=5.0)})
    assert shares(assay.allocate(fits, prices, anneal_tokens=LENGTH, text_limit="4 USD")) == {
        "fair": 1.0
    }
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH, text_limit=4.0)
    assert found.text["usd"] == 0.0
    assert found.limit == 4.0


def test_a_fixed_total_is_split_between_text_and_training(market):
    """With free text all goes to training; with dear text less is trained, and all is spent."""
    free, prices = market({"good": 2.0})
    found = assay.allocate(free, prices, at="1 USD")
    assert found.tokens == pytest.approx(1.0 / TRAINING, rel=0.01)
    dear = {**prices, "good": priced("good", each=2 * TRAINING)}
    found = assay.allocate(free, dear, at="1 USD")
    assert found.tokens == pytest.approx(0.5 / TRAINING, rel=0.02)
    assert 0.97 < found.total <= 1.0


def test_text_is_repeated_where_it_is_dear_and_repeats_are_as_good(market):
    fits, prices = market(
        {"books": repeating("books", 2.0, 1e4)}, {"books": priced("books", each=3 * TRAINING)}
    )
    [portion] = assay.allocate(fits, prices, anneal_tokens=LENGTH).bought
    assert portion.epochs == pytest.approx(8.0, rel=0.01)
    assert portion.epochs <= 8.0
    assert portion.unique == pytest.approx(DRAWN / 8, rel=0.01)


def test_repeats_that_no_run_made_are_not_bought(market):
    fits, prices = market({"books": 2.0}, {"books": priced("books", cap=DRAWN / 2)})
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert shares(found) == {"control": 0.5, "books": 0.5}
    assert any("passes over books are limited to 1" in one for one in found.assumptions)


def test_falling_prices_are_paid_in_order(market):
    """The first half costs ten times the second; the cheap tier alone cannot be had."""
    tiers = [(DRAWN / 2, 10 * TRAINING), (DRAWN, TRAINING)]
    fits, prices = market({"good": 2.0}, {"good": priced("good", cap=DRAWN, tiers=tiers)})
    limit = 5 * TRAINING * DRAWN
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH, text_limit=limit)
    assert found.bought[0].share <= 0.5 + 1e-6
    assert found.text["usd"] == pytest.approx(10 * TRAINING * found.bought[0].unique)


def test_a_blend_that_was_run_and_is_better_is_bought(market):
    """Halves of two equal sources have a loss .2 below either: b = .2, and halves are best."""
    fits, prices = market({"a": 2.5, "b": 2.5, "mix": 2.3})
    alone = {name: fit for name, fit in fits.items() if name != "mix"}
    before = assay.allocate(alone, prices, anneal_tokens=LENGTH)
    assert len(before.bought) == 1
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH, blends={"mix": {"a": 0.5, "b": 0.5}})
    assert {one.source: round(one.share, 1) for one in found.bought} == {"a": 0.5, "b": 0.5}
    assert found.gain.value == pytest.approx(0.7, abs=0.005)
    assert found.single_regret.value == pytest.approx(0.2, abs=0.005)
    assert found.told_apart
    assert found.reason.startswith("the blend beats")
    assert "what blending gains beyond the mean is taken from mix" in found.assumptions


def test_a_blend_that_was_run_and_is_worse_is_avoided(market):
    """A cap of half would be filled from ``b``, but together they are worse than the control."""
    fits, prices = market(
        {"a": 2.0, "b": 2.5, "mix": 3.4}, {"a": priced("a", cap=DRAWN / 2, epochs_max=1.0)}
    )
    alone = {name: fit for name, fit in fits.items() if name != "mix"}
    assert len(assay.allocate(alone, prices, anneal_tokens=LENGTH).bought) == 2
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH, blends={"mix": {"a": 0.5, "b": 0.5}})
    assert len(found.bought) == 1


def test_what_no_blend_measured_is_said_and_makes_the_interval_wide(market):
    cap = priced("good", cap=DRAWN / 2, epochs_max=1.0)
    fits, prices = market({"good": 2.0, "fair": 2.1}, {"good": cap})
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert len(found.bought) == 2
    assert not found.told_apart
    assert "not told apart from fair alone" in found.reason
    assert found.assumptions[0].startswith("no blend was run of good with fair: taken as no better")
    assert found.gain.upper - found.gain.lower > 0.5


def test_the_simplest_purchase_within_the_least_gain_wins(market):
    """Half of ``good`` saves .05 against ``fair`` alone."""
    cap = priced("good", cap=DRAWN / 2, epochs_max=1.0)
    fits, prices = market({"good": 2.0, "fair": 2.1}, {"good": cap})
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH, least_gain=0.06)
    assert shares(found) == {"fair": 1.0}
    assert found.reason == "buying more sources is expected to gain less than the least gain"
    assert len(assay.allocate(fits, prices, anneal_tokens=LENGTH, least_gain=0.04).bought) == 2


def test_the_limit_of_the_guard_is_kept_with_more_replay(market):
    """Alone ``good`` raises the guard loss by .4 over the control: a quarter is let in by .1."""
    fits, prices = market({"good": 2.0})
    guards = {"good": exact("good", 2.4), "control": exact("control", 2.0)}
    base = float(guards["control"].value({"tokens": [LENGTH]})[0])
    free = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert shares(free) == {"good": 1.0}
    assert free.keeps_guard is None
    limit = GuardLimit(fits=guards, base=base, limit=0.1)
    held = assay.allocate(fits, prices, anneal_tokens=LENGTH, guard=limit)
    assert shares(held) == {"control": 0.75, "good": 0.25}
    assert held.keeps_guard == 1.0


def test_a_guard_that_replay_alone_breaks_is_refused(market):
    fits, prices = market({"good": 2.0})
    limit = GuardLimit(fits=dict(fits), base=1.0, limit=0.1)
    with pytest.raises(FitError, match=r"nothing keeps the guard loss within 0\.1 nats"):
        assay.allocate(fits, prices, anneal_tokens=LENGTH, guard=limit)


def test_a_guard_without_a_law_of_every_source_is_refused(market):
    fits, prices = market({"good": 2.0})
    limit = GuardLimit(fits={"control": fits["control"]}, base=1.0, limit=0.1)
    with pytest.raises(FitError, match="no guard loss is fitted of good"):
        assay.allocate(fits, prices, anneal_tokens=LENGTH, guard=limit)


def test_a_source_that_is_not_worth_its_price_is_not_bought(market):
    """All the money of the control's anneal would go to text."""
    fits, prices = market({"dear": 2.95}, {"dear": priced("dear", each=100 * TRAINING)})
    found = assay.allocate(fits, prices, at="0.3 USD")
    assert found.bought == ()
    assert found.single.source == "control"
    assert found.reason.startswith("no purchase is expected to be worth its price")
    assert found.gain.value == pytest.approx(0.0, abs=1e-3)
    assert found.untried == {}


def test_without_a_control_only_sources_fill_the_anneal(market):
    fits, prices = market({"good": 2.0, "poor": 2.5}, control=None)
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert shares(found) == {"good": 1.0}
    assert found.gain is None
    assert found.loss.value == pytest.approx(float(fits["good"].value({"tokens": [LENGTH]})[0]))
    small = {name: priced(name, cap=1000.0) for name in fits}
    with pytest.raises(FitError, match="no purchase fills the candidate part"):
        assay.allocate(fits, small, anneal_tokens=LENGTH)


def test_equal_inputs_give_equal_allocations(market):
    caps = {name: priced(name, cap=DRAWN / 3, fee=0.01) for name in "abcd"}
    fits, prices = market({"a": 2.0, "b": 2.1, "c": 2.2, "d": 2.3}, caps, spread=0.01)
    assert assay.allocate(fits, prices, at="0.4 USD") == assay.allocate(fits, prices, at="0.4 USD")


@pytest.mark.parametrize("seed", range(12))
def test_no_limit_is_ever_broken(market, seed):
    rng = np.random.default_rng(seed)
    floors = dict(zip("abcde", rng.uniform(1.9, 2.8, 5), strict=True))
    prices = {
        name: priced(
            name,
            fee=float(rng.choice([0.0, 0.02])),
            cap=(cap := float(DRAWN * rng.uniform(0.01, 0.6))),
            tiers=[(cap / 2, rng.uniform(0, 3e-6)), (cap, rng.uniform(0, 3e-6))],
            epochs_max=float(rng.uniform(1.0, 4.0)),
        )
        for name in floors
    }
    fits, prices = market({n: repeating(n, f, 5.0) for n, f in floors.items()}, prices)
    limit = float(rng.uniform(0.05, 0.4))
    for question in ({"at": f"{limit} USD"}, {"anneal_tokens": LENGTH, "text_limit": limit}):
        found = assay.allocate(fits, prices, **question)
        assert sum(one.share for one in found.portions) == pytest.approx(1.0)
        for one in found.bought:
            assert one.unique <= prices[one.source].supply.cap
            assert one.epochs <= prices[one.source].epochs_max
            drawn = one.share * 0.5 * found.tokens
            assert one.unique * one.epochs == pytest.approx(drawn, rel=1e-6)
            paid = float(prices[one.source].text_cost(np.array(one.unique)).usd)
            assert one.text["usd"] == pytest.approx(paid)
        assert (found.total if "at" in question else found.text["usd"]) <= limit


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"at": "4 USD", "text_limit": 1.0}, FitError, "text_limit is 1.0, and no anneal_tokens"),
        ({"at": "4 USD", "anneal_tokens": 1e5}, FitError, "total cost or the length can be fixed"),
        ({"anneal_tokens": -1.0}, FitError, "anneal_tokens is -1.0, expected a positive number"),
        ({"anneal_tokens": 1e5, "text_limit": "4 tokens"}, FitError, "expected an amount of usd"),
        ({"anneal_tokens": 1e5, "text_limit": "four"}, StudyError, 'cannot read the amount "four"'),
        ({"at": "1e-9 USD"}, FitError, "buys less training than any run had"),
        ({"at": "4 USD", "blends": {"mix": {"good": 1.0}}}, FitError, '"mix" was not fitted'),
        ({"at": "4 USD", "blends": {"poor": {"web": 1.0}}}, FitError, 'has a share of "web"'),
        ({"at": "4 USD", "blends": {"poor": {"good": 0.9}}}, FitError, "sum to 0.9: give shares"),
        ({"at": "4 USD", "least_gain": -1.0}, FitError, "least_gain is -1.0"),
        ({"at": "4 USD", "cost": None}, FitError, "an allocation needs prices"),
    ],
)
def test_what_cannot_be_is_refused_by_name(market, changes, error, message):
    fits, prices = market({"good": 2.0, "poor": 2.5})
    with pytest.raises(error, match=message):
        assay.allocate(fits, **({"cost": prices} | changes))


def test_sources_whose_training_costs_differ_are_refused(market):
    from dataclasses import replace

    from assay.units import Cost

    fits, prices = market({"good": 2.0})
    prices["good"] = replace(prices["good"], training_per_token=Cost(usd=1.0))
    with pytest.raises(FitError, match="training on a token does not cost the same"):
        assay.allocate(fits, prices, at="4 USD")
