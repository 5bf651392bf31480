"""How sure a decision has to be when it is taken again and again on growing evidence.

Each look is one more chance to buy what is not better. So the first look may err with probability
``1 - confidence``, and look ``k`` with that divided by ``k^2`` only: together all looks err less
often than 1.65 times that if they were independent, and less than once that because they are not,
as each has all the evidence of those before it. ``tests/bench/decisions/sequential.py`` measures
it.
"""

from __future__ import annotations

__all__ = ["enough"]

_TOLD = 0.999
"""A thousand draws tell no larger probability from certainty."""


def enough(confidence: float, looks: int = 1) -> float:
    """Return the probability of being right at which a verdict stands.

    Either of two equal sources may come out ahead, so that each gets half of the error.

    Parameters
    ----------
    confidence
        Level of a single decision.
    looks
        How many times it was decided on new measurements, this time counted.
    """
    error = (1.0 - confidence) / looks**2
    return min(1.0 - 0.5 * error, max(_TOLD, 1.0 - 0.5 * (1.0 - confidence)))
