"""How sure a decision has to be, when it is taken again and again on growing evidence."""

from __future__ import annotations

__all__ = ["enough"]


def enough(confidence: float, looks: int = 1) -> float:
    """Return the probability at which a verdict stands at the given look.

    Either of two equal sources may come out ahead, so that each gets half of the error.
    """
    return 1.0 - 0.5 * (1.0 - confidence)
