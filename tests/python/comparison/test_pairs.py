import numpy as np
import pytest

from assay.comparison.intervals import interval, share_positive
from assay.comparison.offers import AtCosts
from assay.comparison.pairs import crossing, multiplier, pair

COST = np.geomspace(1.0, 100.0, 41)
MULTIPLES = np.geomspace(1e-2, 1e2, 81)


def field(loss, spread=0.0, seed=0, draws=500, cost=COST):
    values = np.broadcast_to(loss, cost.shape).astype(float)
    shift = spread * np.random.default_rng(seed).standard_normal((draws, 1))
    return AtCosts(cost, np.ones_like(cost), values, values + shift, np.zeros_like(cost))


def test_ties_count_half():
    assert share_positive(np.array([1.0, 0.0, -1.0, 2.0])) == 0.625


def test_intervals_leave_infinite_ends_out():
    draws = np.array([1.0] * 50 + [np.inf] * 50)
    found = interval(1.0, draws, 0.9)
    assert (found.value, found.lower, found.upper) == (1.0, 1.0, None)


def test_a_planted_crossing_is_found_where_it_is():
    falling, flat = field(3 - np.log10(COST), 0.02, 1), field(2.0, 0.02, 2)
    found = crossing(("falling", "flat"), (falling, flat), COST, 0.95)
    assert found.found
    assert found.better_above == "falling"
    assert found.cost.value == pytest.approx(10.0, rel=0.05)
    assert found.cost.lower < 10 < found.cost.upper
    assert found.none == pytest.approx(0.0, abs=0.01)
    mirrored = crossing(("flat", "falling"), (flat, falling), COST, 0.95)
    assert mirrored.better_above == "falling"
    assert mirrored.cost == found.cost


def test_the_interval_of_a_crossing_is_that_of_its_draws():
    """The difference is ``1 - log10(cost)`` plus a shift, so that log10(cost) shifts alike."""
    falling, flat = field(3 - np.log10(COST), 0.1, 1, draws=20_000), field(2.0, draws=20_000)
    found = crossing(("falling", "flat"), (falling, flat), COST, 0.95).cost
    assert np.log10(found.lower) == pytest.approx(1 - 0.196, abs=0.01)
    assert np.log10(found.upper) == pytest.approx(1 + 0.196, abs=0.01)


def test_identical_sources_do_not_cross():
    one, other = field(2.0, 0.1, 1), field(2.0, 0.1, 2)
    found = crossing(("a", "b"), (one, other), COST, 0.95)
    assert found.none == 1.0
    assert not found.found
    same = crossing(("a", "b"), (one, one), COST, 0.95)
    assert same.none == 1.0


def test_parallel_laws_do_not_cross_and_a_crossing_outside_the_range_is_not_there():
    low, high = field(2 - 0.1 * np.log(COST)), field(2.5 - 0.1 * np.log(COST))
    found = crossing(("low", "high"), (low, high), COST, 0.95)
    assert (found.none, found.probability, found.cost.value) == (1.0, 0.0, None)


def test_without_common_costs_there_is_nothing_to_say():
    nothing = field(np.nan)
    assert crossing(("a", "b"), (nothing, field(2.0)), COST, 0.95) is None


def test_the_multiplier_is_the_cost_that_reaches_the_same_loss():
    at = field(2.0, cost=np.array([1.0]))
    wide = field(2.5 - 0.5 * np.log10(MULTIPLES), cost=MULTIPLES)
    assert multiplier(at, wide, MULTIPLES, 0.95).value == pytest.approx(10.0)
    cheaper = field(1.5 - 0.5 * np.log10(MULTIPLES), cost=MULTIPLES)
    assert multiplier(at, cheaper, MULTIPLES, 0.95).value == pytest.approx(0.1)


def test_a_loss_that_is_never_reached_has_no_multiplier():
    at, wide = field(2.0, cost=np.array([1.0])), field(2.5, cost=MULTIPLES)
    assert multiplier(at, wide, MULTIPLES, 0.95).value is None


def test_costs_out_of_reach_are_skipped():
    at = field(2.0, cost=np.array([1.0]))
    wide = field(np.where(MULTIPLES < 0.5, np.nan, 1.9), cost=MULTIPLES)
    value = multiplier(at, wide, MULTIPLES, 0.95).value
    assert value == pytest.approx(MULTIPLES[MULTIPLES >= 0.5][0])


def test_a_source_out_of_reach_loses_to_one_that_is_not():
    here = field(np.nan, cost=np.array([1.0])), field(2.0, cost=np.array([1.0]))
    grid = field(np.nan), field(2.0)
    found = pair(("a", "b"), here, grid, (field(2.0, cost=MULTIPLES),) * 2, (COST, MULTIPLES), 0.95)
    assert found.better == 0.0
    assert found.difference.value is None


def test_pairs_read_alike_from_both_sides():
    here = field(2.0, 0.05, 1, cost=np.array([1.0])), field(2.05, 0.05, 2, cost=np.array([1.0]))
    grid = field(2.0, 0.05, 1), field(2.05, 0.05, 2)
    wide = [field(level, cost=MULTIPLES) for level in (2.0, 2.05)]
    ab = pair(("a", "b"), here, grid, wide, (COST, MULTIPLES), 0.95)
    ba = pair(("b", "a"), here[::-1], grid[::-1], wide[::-1], (COST, MULTIPLES), 0.95)
    assert ab.better == pytest.approx(1 - ba.better)
    assert ab.difference.value == pytest.approx(-ba.difference.value)
    assert ab.difference.lower == pytest.approx(-ba.difference.upper, abs=0.01)
