"""What a total cost buys of a source, and the losses that its laws then predict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assay.fitting.result import FitResult
from assay.laws.law import Array
from assay.units import FLOPS_PER_TOKEN, Unit

__all__ = [
    "AtCost",
    "Field",
    "Frontier",
    "Offer",
    "Plain",
    "Priced",
    "measured_costs",
]


_BELOW = 0.5
_LARGEST = 1e18
_SHAPES = 48
_SMALLER, _LARGER = 0.1, 100.0


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
        """Return 1: nothing is said of a limit."""
        return np.ones_like(np.asarray(tokens, np.float64))

    def tokens_at(self, cost: Array, currency: Unit) -> Array:
        """Return ``cost`` over the price of one token; nothing in other currencies."""
        amount = np.asarray(cost, np.float64)
        return amount / self.per_token if currency == self.unit else np.zeros_like(amount)


@dataclass(frozen=True)
class Field:
    """One source at several total costs. Arrays hold NaN where the cost is out of reach."""

    tokens: Array
    epochs: Array
    loss: Array
    draws: Array
    """``(resamples, costs)``."""
    beyond: Array
    """How far outside the runs the cost leads, in powers of ten of their size."""

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Which costs buy enough to say anything."""
        return np.isfinite(self.loss)


class AtCost(Protocol):
    """A fitted source with its price, at whatever a total cost buys of it."""

    @property
    def fit(self) -> FitResult:
        """The fitted laws."""
        ...

    @property
    def price(self) -> Priced:
        """What a number of trained tokens costs."""
        ...

    def at(self, cost: Array, currency: Unit) -> Field:
        """Evaluate the source at total costs ``(c,)``."""
        ...


@dataclass(frozen=True)
class Offer:
    """A fitted source with its price, every predictor but the tokens held."""

    fit: FitResult
    price: Priced
    held: Mapping[str, float] = field(default_factory=dict)
    """Values of predictors that do not change with the cost, such as ``params``."""

    @property
    def axis(self) -> str:
        """The column that a cost buys."""
        return next(name for name in self.fit.x if name not in ("params", "epochs"))

    def predictors(self, tokens: Array) -> dict[str, Array]:
        """Return the columns of a prediction at each number of trained tokens."""
        held = {name: np.full_like(tokens, value) for name, value in self.held.items()}
        return {self.axis: tokens, "epochs": self.price.epochs(tokens), **held}

    def at(self, cost: Array, currency: Unit) -> Field:
        """Evaluate the source at total costs ``(c,)``.

        A cost is out of reach where it buys less than half of the smallest measured budget: there
        a law says nothing.
        """
        tokens = np.asarray(self.price.tokens_at(cost, currency), dtype=np.float64)
        reached = tokens >= _BELOW * float(self.fit.points.columns[self.axis].min())
        epochs, loss, beyond = (np.full(len(cost), np.nan) for _ in range(3))
        draws = np.full((len(self.fit.draws), len(cost)), np.nan)
        if reached.any():
            x = self.predictors(tokens[reached])
            epochs[reached] = x["epochs"]
            loss[reached] = self.fit.value(x)
            draws[:, reached] = self.fit.value_draws(x)
            beyond[reached] = self.fit.decades_outside(x)
        return Field(np.where(reached, tokens, np.nan), epochs, loss, draws, beyond)


@dataclass(frozen=True)
class Frontier:
    """A law in parameters and tokens, each compute budget spent on its best model size.

    The compute is ``6 N D``; the size is searched from a tenth of the smallest to a hundred times
    the largest model that was run.
    """

    fit: FitResult
    price: Plain = field(default_factory=lambda: Plain("flops", FLOPS_PER_TOKEN))

    def at(self, cost: Array, currency: Unit) -> Field:
        """Evaluate the source at compute budgets ``(c,)`` in FLOPs."""
        measured = self.fit.points.columns["params"]
        params = np.geomspace(_SMALLER * measured.min(), _LARGER * measured.max(), _SHAPES)
        shape = (len(cost), _SHAPES)
        sizes = np.broadcast_to(params, shape)
        tokens = np.asarray(cost, np.float64)[:, None] / (FLOPS_PER_TOKEN * sizes)
        x = {"params": sizes.ravel(), "tokens": tokens.ravel(), "epochs": np.ones(sizes.size)}
        losses = self.fit.value(x).reshape(shape)
        draws = self.fit.value_draws(x).reshape(-1, *shape).min(axis=-1)
        best = np.argmin(losses, axis=1)
        rows = np.arange(len(cost))
        beyond = self.fit.decades_outside(x).reshape(shape)[rows, best]
        return Field(tokens[rows, best], np.ones(len(cost)), losses[rows, best], draws, beyond)


def measured_costs(offer: AtCost, currency: Unit) -> tuple[Array, Array]:
    """Return total cost and mean loss of each measured budget, in rising order of cost.

    Of a law in parameters and tokens, the budgets are those of the runs at the held model size;
    on the frontier, the lowest loss that each compute spent had reached.
    """
    columns, losses = offer.fit.points.columns, offer.fit.points.y
    if isinstance(offer, Frontier):
        spent = FLOPS_PER_TOKEN * columns["params"] * columns["tokens"]
        order = np.argsort(spent)
        return spent[order], np.minimum.accumulate(losses[order])
    assert isinstance(offer, Offer)
    amounts = columns[offer.axis]
    rows = np.ones(len(losses), dtype=bool)
    for name, value in offer.held.items():
        rows &= np.isclose(columns[name], value) if name in columns else True
    budgets = np.unique(amounts[rows])
    means = np.array([losses[rows & (amounts == budget)].mean() for budget in budgets])
    return offer.price.total_cost(budgets).in_(currency), means
