"""What a total cost buys of a source, and the losses that its laws then predict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assay.comparison.prices import Plain, Priced
from assay.comparison.reach import falling
from assay.errors import FitError
from assay.fitting.result import FitResult
from assay.laws.law import Array
from assay.units import FLOPS_PER_TOKEN, Unit

__all__ = [
    "BELOW",
    "AnyOffer",
    "AtCosts",
    "Frontier",
    "Offer",
    "at_costs",
    "measured_costs",
    "offers_of",
]

BELOW = 0.5
"""A cost that buys less than this share of the smallest measured budget is out of reach."""
_SHAPES = 48
"""Model sizes tried at each compute budget."""
_SMALLER, _LARGER = 0.1, 100.0
"""Range of these sizes, as multiples of the smallest and the largest model that were run."""


@dataclass(frozen=True)
class AtCosts:
    """One source at several total costs. Arrays hold NaN where the cost is out of reach."""

    tokens: Array
    epochs: Array
    loss: Array
    draws: Array
    """``(resamples, costs)``."""
    beyond: Array
    """How far outside the runs the cost leads, in powers of ten of their size."""

    @cached_property
    def lowest(self) -> Array:
        """The lowest loss of each draw up to each cost, ``(resamples, costs)``."""
        return falling(self.draws)

    def part(self, first: int, end: int) -> AtCosts:
        """Return the costs from ``first`` to before ``end``."""
        here = slice(first, end)
        return AtCosts(
            self.tokens[here],
            self.epochs[here],
            self.loss[here],
            self.draws[:, here],
            self.beyond[here],
        )

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Which costs buy enough to say anything."""
        return np.isfinite(self.loss)


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

    @property
    def known_epochs(self) -> float:
        """How often text may be repeated as runs have shown what that does."""
        measured = self.fit.points.columns.get("epochs", np.ones(1))
        return max(float(np.max(measured)), 1.0)

    def predictors(self, tokens: Array, epochs: Array | None = None) -> dict[str, Array]:
        """Return the columns of a prediction at each number of trained tokens.

        A law that does not read epochs would take repeats beyond those of the runs for new text:
        they count for nothing.

        Parameters
        ----------
        epochs
            Passes over the unique tokens; by default as few as the price allows.
        """
        held = {name: np.full_like(tokens, value) for name, value in self.held.items()}
        epochs = self.price.epochs(tokens) if epochs is None else epochs
        counted = tokens
        if "epochs" not in self.fit.x:
            counted = tokens * np.minimum(1.0, self.known_epochs / epochs)
        return {self.axis: counted, "epochs": epochs, **held}

    def at(self, cost: Array, currency: Unit) -> AtCosts:
        """Evaluate the source at total costs ``(c,)``.

        A cost is out of reach where it buys less than half of the smallest measured budget: there
        a law says nothing.
        """
        tokens = np.asarray(self.price.tokens_at(cost, currency), dtype=np.float64)
        reached = tokens >= BELOW * float(self.fit.points.columns[self.axis].min())
        epochs, loss, beyond = (np.full(len(cost), np.nan) for _ in range(3))
        draws = np.full((len(self.fit.draws), len(cost)), np.nan)
        if reached.any():
            x = self.predictors(tokens[reached])
            epochs[reached] = x["epochs"]
            loss[reached] = self.fit.value(x)
            draws[:, reached] = self.fit.value_draws(x)
            beyond[reached] = self.fit.decades_outside(x)
        return AtCosts(np.where(reached, tokens, np.nan), epochs, loss, draws, beyond)


@dataclass(frozen=True)
class Frontier:
    """A law in parameters and tokens, each compute budget spent on its best model size.

    The compute is ``6 N D``; the size is searched from a tenth of the smallest to a hundred times
    the largest model that was run.
    """

    fit: FitResult
    price: Plain = field(default_factory=lambda: Plain("flops", FLOPS_PER_TOKEN))

    def at(self, cost: Array, currency: Unit) -> AtCosts:
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
        return AtCosts(tokens[rows, best], np.ones(len(cost)), losses[rows, best], draws, beyond)


AnyOffer = Offer | Frontier
"""A fitted source with its price, at whatever a total cost buys of it."""


def at_costs(offers: Mapping[str, AnyOffer], cost: Array, currency: Unit) -> dict[str, AtCosts]:
    """Evaluate every source at the same total costs ``(c,)``."""
    return {name: offer.at(cost, currency) for name, offer in offers.items()}


def offers_of(
    fits: Mapping[str, FitResult], cost: Mapping[str, Priced] | None, held: Mapping[str, float]
) -> dict[str, AnyOffer]:
    """Put a price to each fit; ``held`` are the predictors that no cost changes.

    Raises
    ------
    FitError
        If a price is missing, or the laws read columns that no price fits.
    """
    first = next(iter(fits.values()))
    if held and "params" not in first.x:
        raise FitError(f"at gives params, and the laws read {', '.join(first.x)}: leave it out")
    bought = [name for name in first.x if name not in ("params", "epochs")]
    if len(bought) > 1:
        raise FitError(
            f"the laws read {', '.join(bought)}, and a cost buys one column, such as tokens: "
            "predict with each fit instead"
        )
    if not bought or ("params" in first.x and bought != ["tokens"]):
        raise FitError(
            f'the laws read {", ".join(first.x)}, and a cost buys tokens: fit with x="tokens", '
            "or with params and tokens"
        )
    if cost is not None:
        if not isinstance(cost, Mapping):
            raise FitError(f"cost is {cost!r}, expected prices by source: assay.read_prices(...)")
        missing = [name for name in fits if name not in cost]
        if missing:
            raise FitError(f"no price is given for {', '.join(missing)}")
        if "tokens" not in first.x:
            raise FitError(f"prices are per token, and the laws read {', '.join(first.x)}")
        if "params" in first.x and not held:
            raise FitError('prices need one model size: give at={"params": ...}')
        for name in fits:
            if not hasattr(cost[name], "total_cost"):
                raise FitError(
                    f"the price of {name} is {cost[name]!r}, expected one of those that "
                    "assay.read_prices(...) returns"
                )
        return {name: Offer(fit, cost[name], held) for name, fit in fits.items()}
    if "params" in first.x and not held:
        return {name: Frontier(fit) for name, fit in fits.items()}
    if "params" in first.x:
        plain = Plain("flops", FLOPS_PER_TOKEN * held["params"])
    else:
        plain = Plain("tokens" if "tokens" in first.x else "cost")
    return {name: Offer(fit, plain, held) for name, fit in fits.items()}


def measured_costs(offer: AnyOffer, currency: Unit) -> tuple[Array, Array]:
    """Return total cost and mean loss of each measured budget, in rising order of cost.

    For a law in parameters and tokens the budgets are those of the runs at the held model size.
    On the frontier they are all runs, each with the lowest loss reached for its compute or less.
    """
    columns, losses = offer.fit.points.columns, offer.fit.points.y
    if isinstance(offer, Frontier):
        spent = FLOPS_PER_TOKEN * columns["params"] * columns["tokens"]
        order = np.argsort(spent)
        return spent[order], np.minimum.accumulate(losses[order])
    amounts = columns[offer.axis]
    rows = np.ones(len(losses), dtype=bool)
    for name, value in offer.held.items():
        rows &= np.isclose(columns[name], value) if name in columns else True
    budgets = np.unique(amounts[rows])
    means = np.array([losses[rows & (amounts == budget)].mean() for budget in budgets])
    return offer.price.total_cost(budgets).in_(currency), means
