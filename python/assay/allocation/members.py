"""What the candidate part of an anneal can be filled with: each source, and replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assay.comparison.fixed_anneal import known_epochs
from assay.comparison.offers import BELOW, Offer, offers_of
from assay.comparison.spends import read_place
from assay.errors import FitError
from assay.fitting.result import FitResult
from assay.laws.law import Array
from assay.sources import PricedSource, SupplyCurve
from assay.units import CURRENCIES, Quantity, Unit

__all__ = ["Member", "members_of", "mixed_guard", "mixed_losses", "offered"]

_LEVELS = 12
_MARGIN = 1e-3
"""The limit of the passes is kept by so much that the tolerance of a solver breaks it not."""


@dataclass(frozen=True, eq=False)
class Member:
    """One source with its law and price; the control is a member that costs nothing."""

    name: str
    offer: Offer
    price: PricedSource
    supply: SupplyCurve
    candidate: bool
    """Whether it is bought text, not replay in its place."""
    epochs_most: float
    """Most passes that are allowed and known."""
    guard: FitResult | None = None
    """Law of the guard loss."""

    @property
    def shortest(self) -> float:
        """The shortest anneal that its law can speak of, in trained tokens."""
        return BELOW * float(self.offer.fit.points.columns[self.offer.axis].min())

    @property
    def reads_epochs(self) -> bool:
        """Whether its law tells repeats from new text."""
        return "epochs" in self.offer.fit.x

    @property
    def levels(self) -> Array:
        """Passes at which its loss is tabulated, rising from 1."""
        most = self.epochs_most * (1.0 - _MARGIN)
        if most <= 1.0:
            return np.ones(1)
        return np.geomspace(1.0, most, _LEVELS if self.reads_epochs else 2)

    def drawn(self, tokens: float) -> float:
        """Return the candidate tokens of an anneal of ``tokens`` on it alone."""
        share = self.price.candidate_share if self.candidate else 0.0
        return share * tokens

    def losses(self, tokens: Array, epochs: Array) -> Array:
        """Return draws of the loss of anneals on it alone, ``(resamples, n)``."""
        return self.offer.fit.value_draws(self.offer.predictors(tokens, epochs))

    def guard_losses(self, tokens: Array, epochs: Array) -> Array:
        """Return draws of the guard loss, ``(resamples, n)``."""
        assert self.guard is not None
        return self.guard.value_draws(self.offer.predictors(tokens, epochs))

    def text(self, unique: float) -> dict[Unit, float]:
        """Return what ``unique`` tokens cost, by currency."""
        if not self.candidate:
            return dict.fromkeys(CURRENCIES, 0.0)
        cost = self.supply.cost(np.array(unique))
        return {currency: float(cost.in_(currency)) for currency in CURRENCIES}


def offered(
    fits: Mapping[str, FitResult],
    cost: Mapping[str, PricedSource],
    at: Quantity | float | str | Mapping[str, float] | None,
) -> tuple[dict[str, Offer], dict[str, PricedSource]]:
    """Put a price to each fit that is no blend.

    Raises
    ------
    FitError
        If a price is missing or that of a blend, or training does not cost the same on all.
    """
    if cost is None:
        raise FitError("cost is None, and an allocation needs prices: assay.read_prices(...)")
    held, _ = read_place(at)
    offers = {
        name: offer
        for name, offer in offers_of(fits, cost, held).items()
        if isinstance(offer, Offer)
    }
    prices = {name: cost[name] for name in offers}
    for name, price in prices.items():
        if not isinstance(price, PricedSource) or not isinstance(price.supply, SupplyCurve):
            raise FitError(
                f"the price of {name} is that of a blend: give blends={{'{name}': shares}}, and "
                "prices for its members"
            )
    training = {price.training_per_token for price in prices.values()}
    if len(training) > 1:
        raise FitError("training on a token does not cost the same on all: price for one model")
    return offers, prices


def members_of(
    offers: Mapping[str, Offer],
    prices: Mapping[str, PricedSource],
    control: str | None,
    guards: Mapping[str, FitResult] | None,
) -> list[Member]:
    """Return the sources, and the control last."""
    names = [name for name in offers if name != control]
    if control is not None:
        names.append(control)
    found = []
    for name in names:
        supply = prices[name].supply
        assert isinstance(supply, SupplyCurve)
        found.append(
            Member(
                name=name,
                offer=offers[name],
                price=prices[name],
                supply=supply,
                candidate=name != control,
                epochs_most=max(min(prices[name].epochs_max, known_epochs(offers[name])), 1.0)
                if name != control
                else 1.0,
                guard=None if guards is None else guards[name],
            )
        )
    return found


def mixed_losses(members: Sequence[Member], tokens: float, shares: Array, epochs: Array) -> Array:
    """Return draws of the shares' mean of the members' losses, ``(resamples,)``."""
    length = np.array([tokens])
    parts = [
        share * one.losses(length, np.array([passes]))[:, 0]
        for one, share, passes in zip(members, shares, epochs, strict=True)
        if share > 0
    ]
    return np.asarray(np.sum(parts, axis=0))


def mixed_guard(members: Sequence[Member], tokens: float, shares: Array, epochs: Array) -> Array:
    """Return draws of the shares' mean of the members' guard losses, ``(resamples,)``."""
    length = np.array([tokens])
    parts = [
        share * one.guard_losses(length, np.array([passes]))[:, 0]
        for one, share, passes in zip(members, shares, epochs, strict=True)
        if share > 0
    ]
    return np.asarray(np.sum(parts, axis=0))
