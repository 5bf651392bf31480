"""What a comparison asks of a price, and the price where none is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assay.laws.law import Array
from assay.units import Unit

__all__ = ["Plain", "Priced", "PricedText"]

_LARGEST = 1e18


class Spent(Protocol):
    """A cost in several currencies: see :class:`assay.units.Cost`."""

    def in_(self, currency: Unit) -> Array:
        """Return the amount in one currency."""
        ...


class Priced(Protocol):
    """What the comparison asks of a price: see :class:`assay.sources.PricedSource`."""

    @property
    def tokens_max(self) -> float:
        """Largest anneal that can be bought, in trained tokens."""
        ...

    def total_cost(self, tokens: Array) -> Spent:
        """Return the cost of the data and of training on ``tokens`` trained tokens."""
        ...

    def epochs(self, tokens: Array) -> Array:
        """Return the passes over the unique candidate tokens."""
        ...

    def tokens_at(self, cost: Array, currency: Unit) -> Array:
        """Return the trained tokens that a total ``cost`` buys."""
        ...


class PricedText(Priced, Protocol):
    """A price that tells text from training: see :class:`assay.sources.PricedSource`."""

    @property
    def candidate_share(self) -> float:
        """Share of the candidate in what is trained on."""
        ...

    @property
    def epochs_max(self) -> float:
        """Most passes over the unique candidate tokens."""
        ...

    def unique(self, tokens: Array) -> Array:
        """Return the unique candidate tokens of an anneal that repeats as little as it can."""
        ...

    def text_cost(self, unique: Array) -> Spent:
        """Return what the first ``unique`` tokens cost."""
        ...

    def training_cost(self, tokens: Array) -> Spent:
        """Return what training on ``tokens`` costs."""
        ...


@dataclass(frozen=True)
class _Amount:
    unit: Unit
    amount: Array

    def in_(self, currency: Unit) -> Array:
        return self.amount if currency == self.unit else np.zeros_like(self.amount)


@dataclass(frozen=True)
class Plain:
    """The price where none is given: every token of every source costs the same."""

    unit: Unit
    per_token: float = 1.0
    tokens_max: float = _LARGEST

    def total_cost(self, tokens: Array) -> _Amount:
        """Return ``tokens`` times the price of one."""
        return _Amount(self.unit, self.per_token * np.asarray(tokens, np.float64))

    def epochs(self, tokens: Array) -> Array:
        """Return 1: without a price, nothing limits the unique tokens."""
        return np.ones_like(np.asarray(tokens, np.float64))

    def tokens_at(self, cost: Array, currency: Unit) -> Array:
        """Return ``cost`` over the price of one token; nothing in other currencies."""
        amount = np.asarray(cost, np.float64)
        return amount / self.per_token if currency == self.unit else np.zeros_like(amount)
