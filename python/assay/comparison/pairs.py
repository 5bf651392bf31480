"""Two sources at equal total cost: who is better, by how much, and where the laws meet."""

from __future__ import annotations

import numpy as np

from assay.comparison.intervals import interval, share_positive
from assay.comparison.offers import AtCosts
from assay.comparison.reach import falling, first_reach
from assay.comparison.records import Crossing, Interval, Pair
from assay.laws.law import Array

__all__ = ["crossing", "multiplier", "pair"]

_RARE = 0.01
"""If fewer of the draws cross, they are too few to say where."""


def pair(
    names: tuple[str, str],
    here: tuple[AtCosts, AtCosts],
    grid: tuple[AtCosts, AtCosts],
    wide: tuple[AtCosts, AtCosts],
    costs: tuple[Array, Array],
    level: float,
    looked_at: int = 1,
) -> Pair:
    """Compare ``a`` with ``b``.

    Parameters
    ----------
    here
        Both at the deciding cost.
    grid
        Both over the grid of costs, on which crossings are looked for.
    wide
        Both over a wide range of multiples of the deciding cost.
    costs
        The costs of ``grid``, and the multiples of ``wide``.
    looked_at
        Pairs among which a crossing is looked for.
    """
    a, b = here
    if a.reached[0] and b.reached[0]:
        drawn = b.draws[:, 0] - a.draws[:, 0]
        better = share_positive(drawn)
        difference = interval(b.loss[0] - a.loss[0], drawn, level)
        multiple = multiplier(a, wide[1], costs[1], level)
        reverse = multiplier(b, wide[0], costs[1], level)
    else:
        better = 0.5 + 0.5 * (float(a.reached[0]) - float(b.reached[0]))
        difference = multiple = reverse = Interval(None, None, None)
    return Pair(
        a=names[0],
        b=names[1],
        better=better,
        difference=difference,
        multiplier=multiple,
        reverse_multiplier=reverse,
        crossing=crossing(names, grid, costs[0], level, looked_at),
    )


def crossing(
    names: tuple[str, str],
    grid: tuple[AtCosts, AtCosts],
    cost: Array,
    level: float,
    looked_at: int = 1,
) -> Crossing | None:
    """Find where the better of two sources changes, over all draws.

    A draw crosses if the order differs between the two ends of the common range; its crossing is
    the last one, beyond which the order stays. Where both orders are about as likely at one end,
    as for two copies of one source, draws cross at random and no direction reaches ``level``. The
    more pairs are ``looked_at``, the surer one has to be (Bonferroni): the chance that any of them
    is wrongly said to cross stays below ``1 - level``.
    """
    a, b = grid
    common = a.reached & b.reached
    if common.sum() < 2:
        return None
    log_cost = np.log(cost[common])
    difference = b.draws[:, common] - a.draws[:, common]
    upward = (difference[:, 0] < 0) & (difference[:, -1] > 0)
    downward = (difference[:, 0] > 0) & (difference[:, -1] < 0)
    to_a, to_b = float(upward.mean()), float(downward.mean())
    crossed = upward if to_a >= to_b else downward
    probability = max(to_a, to_b)
    where = Interval(None, None, None)
    if probability >= _RARE:
        places = np.exp(_last_root(difference[crossed], log_cost))
        where = interval(float(np.median(places)), places, level)
    return Crossing(
        cost=where,
        better_above=names[0] if to_a >= to_b else names[1],
        probability=probability,
        none=1.0 - to_a - to_b,
        found=probability >= 1.0 - (1.0 - level) / looked_at,
    )


def _last_root(difference: Array, log_cost: Array) -> Array:
    """Return where each row last changes to the sign of its end, interpolated linearly."""
    other = np.sign(difference) != np.sign(difference[:, -1:])
    last = other.shape[1] - 1 - np.argmax(other[:, ::-1], axis=1)
    rows = np.arange(len(difference))
    before, after = difference[rows, last], difference[rows, last + 1]
    part = before / (before - after)
    return np.asarray(log_cost[last] + part * (log_cost[last + 1] - log_cost[last]))


def multiplier(a: AtCosts, wide: AtCosts, multiples: Array, level: float) -> Interval:
    """Return how many times the deciding cost ``b`` needs to reach the loss of ``a``."""
    value = first_reach(falling(wide.loss[None]), a.loss, multiples)
    return interval(float(value[0]), first_reach(wide.lowest, a.draws[:, 0], multiples), level)
