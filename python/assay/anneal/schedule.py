"""Learning-rate schedules: the rate of update ``step`` (counted from 0) of a run."""

from __future__ import annotations

__all__ = ["constant", "linear_to_zero"]


def constant(step: int, *, peak: float, warmup_steps: int) -> float:
    """Return the rate of a linear warm-up to ``peak`` that is then held (stable phase)."""
    return peak * min(1.0, (step + 1) / (warmup_steps + 1))


def linear_to_zero(step: int, *, peak: float, warmup_steps: int, steps: int) -> float:
    """Return the rate of a linear warm-up to ``peak`` and a linear decay over the rest of a run.

    The first update after the warm-up has the rate ``peak``. The rate is zero *after* the last
    update, at ``step == steps``; the last update itself has ``peak / (steps - warmup_steps)``, so
    that no update is spent at rate zero.
    """
    if step < warmup_steps:
        return constant(step, peak=peak, warmup_steps=warmup_steps)
    return peak * max(0, steps - step) / (steps - warmup_steps)
