"""What a total cost buys of a source, and the losses that its law then predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assay.fit.result import FitResult
from assay.laws.law import Array
from assay.units import Cost, Currency

__all__ = ["Field", "Offer", "Priced", "measured_costs"]

_BELOW = 0.5


class Priced(Protocol):
    """What the comparison asks of a price: see :class:`assay.sources.PricedSource`."""

    @property
    def tokens_max(self) -> float:
        """Largest anneal that can be bought, in trained tokens."""
        ...

    def total_cost(self, tokens: Array) -> Cost:
        """Return the cost of the data and of training on ``tokens`` trained tokens."""
        ...

    def epochs(self, tokens: Array) -> Array:
        """Return the passes over the unique candidate tokens."""
        ...

    def tokens_at(self, cost: Array, currency: Currency) -> Array:
        """Return the trained tokens that a total ``cost`` buys."""
        ...


@dataclass(frozen=True)
class Field:
    """One source at several total costs. Arrays hold NaN where the cost is out of reach."""

    tokens: Array
    epochs: Array
    loss: Array
    draws: Array
    """``(resamples, costs)``."""

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Which costs buy enough to say anything."""
        return np.isfinite(self.loss)


@dataclass(frozen=True)
class Offer:
    """A fitted source with its price."""

    fit: FitResult
    price: Priced

    def at(self, cost: Array, currency: Currency) -> Field:
        """Evaluate the source at total costs ``(c,)``.

        A cost is out of reach where it buys less than half of the smallest measured budget: there
        a law says nothing.
        """
        tokens = np.asarray(self.price.tokens_at(cost, currency), dtype=np.float64)
        smallest = float(self.fit.points.columns["tokens"].min())
        reached = tokens >= _BELOW * smallest
        epochs = np.full(len(cost), np.nan)
        loss = np.full(len(cost), np.nan)
        draws = np.full((len(self.fit.draws), len(cost)), np.nan)
        if reached.any():
            epochs[reached] = self.price.epochs(tokens[reached])
            x = {"tokens": tokens[reached], "epochs": epochs[reached]}
            loss[reached] = self.fit.value(x)
            draws[:, reached] = self.fit.value_draws(x)
        return Field(np.where(reached, tokens, np.nan), epochs, loss, draws)


def measured_costs(offer: Offer, currency: Currency) -> tuple[Array, Array]:
    """Return total cost and mean loss of each measured budget, in rising order of tokens."""
    tokens, losses = offer.fit.points.columns["tokens"], offer.fit.points.y
    budgets = np.unique(tokens)
    means = np.array([losses[tokens == budget].mean() for budget in budgets])
    return offer.price.total_cost(budgets).in_(currency), means
