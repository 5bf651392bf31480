"""What blending does: the prior, and what blends that were run say, against exact formulas."""

import numpy as np
import pytest

from assay.allocation.interactions import PRIOR_SPREAD, Blend, Interactions, beyond_averaging
from assay.allocation.members import members_of
from assay.comparison.offers import Offer

from .conftest import exact

LENGTH = 2.0**17


def built(market, floors, blends=(), spread=0.0, resamples=4000):
    fits, prices = market({n: exact(n, f, spread, resamples) for n, f in floors.items()})
    fits = {**fits, "control": exact("control", 3.0, 0.0, resamples)}
    offers = {name: Offer(fit, prices[name]) for name, fit in fits.items()}
    return Interactions(members_of(offers, prices, "control", None), list(blends))


def blend(name, shares, floor, spread=0.0, resamples=4000):
    return Blend(name, shares, exact(name, floor, spread, resamples))


def test_before_any_blend_nothing_is_expected_and_the_spread_goes_with_the_gains(market):
    """The gains of a and b are 1 and .4."""
    found = built(market, {"a": 2.0, "b": 2.6}).at(LENGTH)
    assert found.pairs == ((0, 1),)
    assert found.mean == pytest.approx([0.0])
    assert found.draws.mean() == pytest.approx(0.0, abs=1e-12)
    assert found.draws.std() == pytest.approx(PRIOR_SPREAD * 1.0, rel=0.05)


def test_a_blend_that_was_run_exactly_says_what_its_pair_does(market):
    """At a quarter of a the mean is 2.45; measured is 2.3, so that 4 b 3/16 = .15."""
    quarter = blend("mix", {"a": 0.25, "b": 0.75}, 2.3)
    found = built(market, {"a": 2.0, "b": 2.6, "c": 2.7}, [quarter])
    here = found.at(LENGTH)
    assert here.mean == pytest.approx([0.2, 0.0, 0.0], abs=1e-6)
    assert here.draws[:, 0] == pytest.approx(np.full(4000, 0.2), abs=1e-6)
    assert here.draws[:, 1].std() > 0.1
    assert here.expected(np.array([0.5, 0.5, 0.0, 0.0])) == pytest.approx(0.2, abs=1e-6)
    assert found.measured == {(0, 1)}


def test_a_noisy_blend_is_believed_as_far_as_bayes_says(market):
    """Prior N(0, .3^2), measured .2 with a spread of .23: mean and spread are those of the rule."""
    noisy = blend("mix", {"a": 0.5, "b": 0.5}, 2.1, spread=0.08)
    found = built(market, {"a": 2.0, "b": 2.6}, [noisy])
    here = found.at(LENGTH)
    losses = found.members[0].losses(np.array([LENGTH]), np.ones(1))[0, 0]
    other = found.members[1].losses(np.array([LENGTH]), np.ones(1))[0, 0]
    seen = (losses + other) / 2 - noisy.fit.value_draws({"tokens": [LENGTH]})[:, 0]
    prior, noise = PRIOR_SPREAD**2, float(np.var(seen, ddof=1))
    believed = prior / (prior + noise)
    assert here.mean[0] == pytest.approx(believed * seen.mean(), rel=1e-6)
    assert here.draws.mean() == pytest.approx(here.mean[0], rel=1e-6)
    assert here.draws.std() == pytest.approx(np.sqrt(believed * noise), rel=0.05)


def test_a_blend_of_three_is_shared_out_over_its_pairs(market):
    third = blend("mix", {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, 2.2)
    here = built(market, {"a": 2.5, "b": 2.5, "c": 2.5}, [third]).at(LENGTH)
    assert here.mean == pytest.approx(np.full(3, 0.3 / (3 * 4 / 9)), rel=1e-5)
    assert here.draws[:, 0].std() > 0.01  # which pair it is, nobody knows
    assert here.drawn(np.array([1 / 3, 1 / 3, 1 / 3, 0.0])) == pytest.approx(
        np.full(4000, 0.3), rel=1e-4
    )


def test_copies_of_a_source_blend_to_nothing():
    losses = np.full((2, 3), 2.5)
    assert beyond_averaging(np.array([0.5, 0.5]), losses, losses[0]) == pytest.approx(np.zeros(3))
