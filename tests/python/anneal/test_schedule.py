"""Learning rates."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.anneal.schedule import constant, linear_to_zero


@settings(deadline=None)
@given(steps=st.integers(1, 500), warmup=st.integers(0, 50), peak=st.floats(1e-5, 1.0))
def test_linear_decay_is_straight_and_ends_at_zero(steps: int, warmup: int, peak: float) -> None:
    steps += warmup
    rates = [
        linear_to_zero(step, peak=peak, warmup_steps=warmup, steps=steps)
        for step in range(steps + 1)
    ]
    assert rates[warmup] == pytest.approx(peak)
    assert max(rates) == rates[warmup]
    assert min(rates[:-1]) > 0
    assert rates[-1] == 0
    decay = steps - warmup
    assert rates[warmup:] == pytest.approx([peak * (decay - i) / decay for i in range(decay + 1)])


def test_constant_warms_up_then_holds() -> None:
    rates = [constant(step, peak=1.0, warmup_steps=3) for step in range(6)]
    assert rates == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 1.0])
