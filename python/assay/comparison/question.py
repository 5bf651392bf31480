"""What is asked: the best use of one total cost, or the best text for an anneal of one length."""

from __future__ import annotations

from dataclasses import dataclass

from assay.units import Quantity

__all__ = ["FixedAnneal", "FixedSpend", "Question"]


@dataclass(frozen=True)
class FixedSpend:
    """Text and training together cost this much, whatever is bought."""

    amount: Quantity


@dataclass(frozen=True)
class FixedAnneal:
    """The final anneal trains this many tokens, whatever is bought."""

    tokens: float


Question = FixedSpend | FixedAnneal
