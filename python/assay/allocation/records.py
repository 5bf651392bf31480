"""What an allocation found, as frozen records without any printing.

Gains and regrets are in nats per token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assay.comparison.records import Interval
from assay.immutable import freeze
from assay.units import Unit

__all__ = ["Portion", "Purchasing", "Single"]


@dataclass(frozen=True, kw_only=True)
class Portion:
    """What is bought of one source, or the replay that stands in where nothing is bought."""

    source: str
    """A source, or the control: replay in place of bought text."""
    share: float
    """Share of the candidate part of the anneal; the shares of all portions sum to 1."""
    unique: float
    """Unique tokens that are bought; 0 for the control."""
    epochs: float
    """Passes over them."""
    text: Mapping[Unit, float]
    """What they cost, by currency."""

    def __post_init__(self) -> None:
        """Freeze the amounts."""
        freeze(self, text=self.text)


@dataclass(frozen=True, kw_only=True)
class Single:
    """The best purchase of one source alone, under the same limits."""

    source: str
    """The source, or the control where no purchase pays."""
    share: float
    """Share of the candidate part; the rest is replay."""
    unique: float
    epochs: float
    tokens: float
    """Trained tokens of the anneal."""
    total: float
    """Text and training, in the deciding currency."""
    gain: Interval | None
    """Over the control at equal cost; ``None`` without a control."""


@dataclass(frozen=True, kw_only=True)
class Purchasing:
    """How much of each source to buy, what that comes to, and how sure it is."""

    control: str | None
    currency: Unit
    """The currency of the limits and of the decision."""
    confidence: float
    """Level of all intervals."""
    question: Literal["spend", "anneal"]
    """Whether the total cost is fixed, or the length of the final anneal."""
    limit: float | None
    """Most that may be spent: in total, or on text where the length is fixed; ``None``: no limit.
    """
    least_gain: float
    """A simpler purchase is taken if it is no worse than this, in nats per token."""
    tokens: float
    """Trained tokens of the anneal."""
    portions: tuple[Portion, ...]
    """The largest share first."""
    text: Mapping[Unit, float]
    """What all text costs, by currency."""
    training: Mapping[Unit, float]
    loss: Interval
    """Predicted loss of the anneal."""
    gain: Interval | None
    """Over the control at equal cost (of one length: what the money for text could do instead is
    taken off); ``None`` without a control."""
    single: Single
    single_regret: Interval
    """What buying the best single source alone gives up against this, in nats per token."""
    better: float
    """Probability that this beats the best single source; 0.5 where they are the same."""
    keeps_guard: float | None
    """Probability that the guard loss stays within its limit; ``None`` without a limit."""
    reason: str
    assumptions: tuple[str, ...]
    """What the numbers rest on where nothing was measured."""
    untried: Mapping[str, float]
    """Shares of the pair of sources most worth trying as a blend; empty if none could help."""

    def __post_init__(self) -> None:
        """Freeze the amounts."""
        freeze(self, text=self.text, training=self.training, untried=self.untried)

    @property
    def bought(self) -> tuple[Portion, ...]:
        """The portions that are bought: all but replay."""
        return tuple(one for one in self.portions if one.source != self.control)

    @property
    def total(self) -> float:
        """Text and training together, in the deciding currency."""
        return self.text[self.currency] + self.training[self.currency]

    @property
    def told_apart(self) -> bool:
        """Whether this is better than the best single source with the confidence asked for."""
        return self.better >= (1.0 + self.confidence) / 2
