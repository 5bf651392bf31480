"""The linear program, beside brute force over shares."""

import numpy as np
import pytest

from assay.allocation.interactions import Synergy
from assay.allocation.members import members_of
from assay.allocation.program import Tables, solve
from assay.comparison.offers import Offer

from .conftest import priced

LENGTH = 2.0**18
DRAWN = LENGTH / 2


def members(market, prices):
    floors = dict.fromkeys(prices, 2.0)
    fits, prices = market(floors, prices)
    offers = {name: Offer(fit, prices[name]) for name, fit in fits.items()}
    return members_of(offers, prices, "control", None)


def tables(losses, pairs=(), effects=()):
    return Tables(
        [np.array([loss]) for loss in losses],
        None,
        Synergy(tuple(pairs), np.array(effects, dtype=float), np.zeros((1, len(pairs)))),
    )


def grid(count, steps=50):
    """Return all shares of ``count`` members in steps, ``(n, count)``."""
    axes = np.meshgrid(*[np.arange(steps + 1)] * (count - 1), indexing="ij")
    first = np.stack([axis.ravel() for axis in axes], axis=1)
    first = first[first.sum(axis=1) <= steps]
    return np.column_stack([first, steps - first.sum(axis=1)]) / steps


@pytest.mark.parametrize("seed", range(8))
def test_shares_are_as_good_as_those_of_brute_force(market, seed):
    """Three sources and the control with fees, caps and a limit, blending of all pairs known."""
    rng = np.random.default_rng(seed)
    each, fees = rng.uniform(0, 2e-6, 3), rng.choice([0.0, 0.03], 3)
    caps = DRAWN * rng.uniform(0.2, 1.0, 3)
    prices = {
        name: priced(name, each=e, fee=f, cap=c, epochs_max=1.0)
        for name, e, f, c in zip("abc", each, fees, caps, strict=True)
    }
    some = members(market, prices)
    losses = np.append(rng.uniform(2.0, 2.6, 3), 2.7)
    pairs = [(0, 1), (0, 2), (1, 2)]
    effects = rng.normal(0.05, 0.1, 3)
    money = float(rng.uniform(0.05, 0.25))
    found = solve(some, tables(losses, pairs, effects), LENGTH, money, "usd")

    def value(shares):
        blended = sum(
            4 * b * shares[:, i] * shares[:, j] for (i, j), b in zip(pairs, effects, strict=True)
        )
        return shares @ losses - blended

    every = grid(4)
    unique = every[:, :3] * DRAWN
    paid = unique @ each + (every[:, :3] > 0) @ fees
    best = value(every)[(paid <= money) & (unique <= caps).all(axis=1)].min()
    assert float(value(found.shares[None])[0]) <= best + 5e-3
    assert found.text(some, "usd") <= money
    assert np.all(found.unique[:3] <= caps)
    assert found.expected == pytest.approx(float(value(found.shares[None])[0]), abs=1e-5)


def test_at_most_so_many_sources_are_bought(market):
    prices = {name: priced(name, cap=DRAWN / 4, epochs_max=1.0) for name in "abc"}
    some = members(market, prices)
    for most in (1, 2, 3):
        mix = solve(some, tables([2.0, 2.1, 2.2, 2.7]), LENGTH, np.inf, "usd", most_sources=most)
        assert np.count_nonzero(mix.shares[:3]) == most


def test_no_share_of_a_source_with_a_fee_is_a_trace(market):
    """A thousandth of the anneal is all that there is of ``a``."""
    some = members(market, {"a": priced("a", fee=1e-6, cap=DRAWN / 1000, epochs_max=1.0)})
    mix = solve(some, tables([2.0, 2.7]), LENGTH, 1.0, "usd")
    assert mix.shares.tolist() == [0.0, 1.0]


def test_money_that_has_another_use_is_saved(market):
    """The text takes away .7 nats; all of it is bought, or none once money is worth more."""
    some = members(market, {"a": priced("a", each=1e-6)})
    for elsewhere, bought in ((0.7 / DRAWN / 1e-6 * 0.9, 1.0), (0.7 / DRAWN / 1e-6 * 1.1, 0.0)):
        mix = solve(some, tables([2.0, 2.7]), LENGTH, np.inf, "usd", elsewhere=elsewhere)
        assert mix.shares[0] == pytest.approx(bought)


def test_nothing_can_be_bought_without_a_source_that_reaches_the_length(market):
    some = members(market, {"a": priced("a")})
    assert solve(some, tables([np.inf, np.inf]), LENGTH, 1.0, "usd") is None
    mix = solve(some, tables([np.inf, 2.7]), LENGTH, 1.0, "usd")
    assert mix.shares.tolist() == [0.0, 1.0]
