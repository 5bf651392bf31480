"""The order of a mixture, against a twin in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assay import _core


def slow_order(counts: list[int]) -> list[int]:
    """Take, at each place, the part that lags most behind its share; the first of equals."""
    total = sum(counts)
    taken = [0] * len(counts)
    order = []
    for place in range(1, total + 1):
        lags = [
            Fraction(count * place, total) - had for count, had in zip(counts, taken, strict=True)
        ]
        part = lags.index(max(lags))
        taken[part] += 1
        order.append(part)
    return order


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(0, 60), min_size=1, max_size=4).filter(any),
)
def test_the_order_has_the_counts_and_follows_the_shares(counts: list[int]) -> None:
    total = sum(counts)
    names = [f"source {part}" for part in range(len(counts))]
    enough = [max(1, count) for count in counts]
    draws = _core.Draws(0, names, enough, enough, [(total, counts)])
    order = np.frombuffer(draws.draw(0, total)[0], "<u4")
    slow = np.array(slow_order(counts))
    for part, count in enumerate(counts):
        fast_taken, slow_taken = np.cumsum(order == part), np.cumsum(slow == part)
        assert fast_taken[-1] == count == slow_taken[-1]
        # Shares that tie in fractions may differ in the last bit of a float: one place apart.
        assert np.abs(fast_taken - slow_taken).max() <= 1
