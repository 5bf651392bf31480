"""The four verdicts, with an indifference zone and the limit of the guard."""

import pytest

from assay.comparison import compare
from assay.comparison.guard_limit import GuardLimit
from assay.errors import FitError
from assay.fitting.fits import Fits
from assay.units import Quantity

AT = Quantity(1e-6 * 2.0**18, "usd")
NEAR = {"a": (2.0, 2.0, 0.3), "b": (2.0, 2.01, 0.3), "control": (4.0, 0.8, 0.1)}
"""The two sources differ by .007 nats at 2^18 tokens."""


def run(offers, laws, data=None, **options):
    _, fits, prices = offers(laws, data)
    return compare(fits, at=AT, cost=prices, **options)


def test_sources_closer_than_the_least_gain_are_tied_and_the_cheapest_is_taken(offers):
    _, fits, prices = offers(NEAR, {"a": 0.02}, spread=0.001)
    found = compare(fits, cost=prices, anneal_tokens=2.0**18, least_gain=0.05)
    assert (found.verdict.kind, found.verdict.source) == ("tied", "b")
    assert found.verdict.tied == ("b", "a")
    assert found.verdict.bill.source == "b"
    assert "differ by less than 0.05 nats at equal cost: take b, the cheapest" in str(found)


def test_without_a_least_gain_they_are_not(offers):
    assert run(offers, NEAR).verdict.kind != "tied"


def test_a_cheaper_source_that_may_be_tied_is_looked_at_before_the_best_is_bought(offers):
    """At a difference of .013 +- .014 and a zone of .03, a is a right choice and b may be one."""
    laws = {**NEAR, "b": (2.0, 2.02, 0.3)}
    _, fits, prices = offers(laws, spread=0.003)
    dear = {**prices, "a": prices["a"]}
    found = compare(fits, at=AT, cost=dear, least_gain=0.03)
    assert (found.verdict.kind, found.verdict.source) == ("run-next", "a")
    assert "b may differ from it by less than 0.03 nats at no higher price" in found.verdict.reason


def test_a_source_far_ahead_is_bought_whatever_the_least_gain(offers):
    far = {**NEAR, "b": (2.5, 2.0, 0.3)}
    found = run(offers, far, least_gain=0.05)
    assert (found.verdict.kind, found.verdict.source) == ("buy", "a")


def test_gains_below_the_least_gain_buy_nothing(offers):
    laws = {"a": (4.0, 0.78, 0.1), "control": (4.0, 0.8, 0.1)}
    found = run(offers, laws, least_gain=0.5)
    assert (found.verdict.kind, found.verdict.source) == ("buy", "control")
    assert "no source gains more than 0.5 nats over the control" in found.verdict.reason
    assert found.verdict.bill.unique == 0.0


def guarded(offers, fitted, limit, **losses):
    """Compare under a guard whose loss, 3.0 before any anneal, each source leads to a level."""
    _, fits, prices = offers({**NEAR, "b": (2.5, 2.0, 0.3)})
    level = {"a": 3.2, "b": 3.01, "control": 3.0, **losses}
    laws = Fits({name: fitted(name, (loss, 1e-6, 0.3)) for name, loss in level.items()})
    return compare(fits, at=AT, cost=prices, guard=GuardLimit(fits=laws, base=3.0, limit=limit))


def test_the_limit_of_the_guard_changes_the_verdict(offers, fitted):
    loose, tight = (guarded(offers, fitted, limit) for limit in (0.5, 0.05))
    assert (loose.verdict.kind, loose.verdict.source) == ("buy", "a")
    assert (tight.verdict.kind, tight.verdict.source) == ("buy", "b")
    kept = {one.source: one.keeps_guard for one in tight.purchases}
    assert kept["a"] == 0.0
    assert kept["b"] > 0.99


def test_a_source_that_may_break_the_limit_is_not_bought_yet(offers, fitted):
    found = guarded(offers, fitted, 0.05, a=3.049)
    assert found.verdict.source == "a"
    assert found.verdict.kind != "buy"


def test_nothing_can_be_bought_if_every_source_breaks_the_limit(offers, fitted):
    found = guarded(offers, fitted, 0.05, b=3.3)
    assert found.verdict.kind == "cannot-tell"
    assert found.verdict.reason == "the guard loss is above its limit with a and b"


def test_a_limit_needs_the_guard_loss_of_every_source(offers, fitted):
    _, fits, prices = offers(NEAR)
    laws = Fits({"a": fitted("a", (3.0, 1e-6, 0.3))})
    with pytest.raises(FitError, match="no guard loss is fitted of b"):
        compare(fits, at=AT, cost=prices, guard=GuardLimit(fits=laws, base=3.0, limit=0.1))
