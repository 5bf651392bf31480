"""What is asked: the best use of one total cost, or the best text for an anneal of one length."""

from __future__ import annotations

from dataclasses import dataclass

from assay.units import Quantity

__all__ = ["FixedAnneal", "FixedSpend", "Question"]


@dataclass(frozen=True)
class FixedSpend:
    """Text and training together cost this much, whatever is bought."""

    amount: Quantity

    @property
    def at(self) -> Quantity | None:
        """The total cost to decide at."""
        return self.amount

    @property
    def anneal_tokens(self) -> float | None:
        """None: no length is fixed."""
        return None


@dataclass(frozen=True)
class FixedAnneal:
    """The final anneal trains this many tokens, whatever is bought."""

    tokens: float

    @property
    def at(self) -> Quantity | None:
        """None: no total cost is fixed."""
        return None

    @property
    def anneal_tokens(self) -> float | None:
        """Length of the final anneal, in trained tokens."""
        return self.tokens


Question = FixedSpend | FixedAnneal
