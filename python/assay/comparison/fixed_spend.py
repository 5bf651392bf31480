"""Deciding at one total cost: text and training together cost the same, whatever is bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.comparison.offers import AnyOffer, AtCosts, Offer, at_costs
from assay.comparison.prices import PricedText
from assay.comparison.reach import falling, first_reach
from assay.comparison.records import Bill
from assay.comparison.setting import Worth, bill_of, priced_text, scored
from assay.laws.law import Array
from assay.units import Quantity

__all__ = ["SpendSetting"]

_GRID = 96
_SHORTEST = 0.5
"""Anneals are looked at from this share of the smallest that was run."""
_LONGEST = 100.0
"""Where training costs nothing, anneals are looked at up to this multiple of the one bought."""


@dataclass(frozen=True, eq=False)
class SpendSetting:
    """Every source at the total cost ``amount``."""

    offers: Mapping[str, AnyOffer]
    amount: Quantity

    @cached_property
    def here(self) -> Mapping[str, AtCosts]:
        """Each source at that cost, in arrays of one column."""
        return at_costs(self.offers, np.array([self.amount.amount]), self.amount.currency)

    @cached_property
    def scores(self) -> Mapping[str, Array]:
        """Draws of the loss at that cost, ``(resamples,)``, infinite where out of reach."""
        return {name: scored(one) for name, one in self.here.items()}

    @cached_property
    def bills(self) -> Mapping[str, Bill]:
        """What each source within reach comes to; empty where nothing has a price."""
        bills = {}
        for name, offer in self.offers.items():
            price = priced_text(offer) if isinstance(offer, Offer) else None
            tokens = float(self.here[name].tokens[0])
            if price is not None and self.here[name].reached[0]:
                unique = float(price.unique(np.array(tokens)))
                bills[name] = bill_of(name, price, tokens, unique)
        return bills

    def spent(self, source: str) -> Quantity:
        """Return the total cost, which is the same for every source."""
        return self.amount

    def worth(self, source: str, target: Array) -> Worth:
        """Return the price of the text at which the loss of ``source`` is ``target``.

        A dearer text leaves less for training, at the same total cost. The shortest anneal that
        reaches the ``target`` leaves the most for text.

        Parameters
        ----------
        target
            Draws of a loss, ``(resamples,)``.
        """
        offer = self.offers[source]
        assert isinstance(offer, Offer)
        price = priced_text(offer)
        assert price is not None
        tokens = self._lengths(offer, price)
        shortest = first_reach(
            falling(offer.fit.value_draws(offer.predictors(tokens))), target, tokens
        )
        reached = np.isfinite(shortest)
        shortest = np.where(reached, shortest, tokens[-1])
        left = self.amount.amount - price.training_cost(shortest).in_(self.amount.currency)
        total = np.where(reached, np.maximum(left, 0.0), 0.0)
        return Worth(total, total / np.maximum(price.unique(shortest), 1.0))

    def _lengths(self, offer: Offer, price: PricedText) -> Array:
        """Return lengths of anneals, up to that for which all the money would go to training."""
        smallest = _SHORTEST * float(offer.fit.points.columns[offer.axis].min())
        bought = float(self.here[offer.fit.source].tokens[0])
        one = float(price.training_cost(np.array(1.0)).in_(self.amount.currency))
        longest = self.amount.amount / one if one > 0 else _LONGEST * bought
        longest = max(min(longest, price.tokens_max), bought)
        return np.asarray(np.geomspace(min(smallest, longest), longest, _GRID))
