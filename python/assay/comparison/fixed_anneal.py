"""Deciding for a final anneal of one length, whatever text is bought for it.

Sources then differ in what their text costs. Losses are made comparable by what else that money
could do: it could pay for annealing longer. Let ``m`` be an amount of money, ``c`` the price of
training on a token, ``T`` the length, and ``L_a`` the fitted law of a source or the control ``a``
with all the text that it can use. Then

    other_use(m) = max over a of  L_a(T) - L_a(T + m / c)

is the loss that the best use of ``m`` elsewhere takes away. A source whose text costs ``p`` scores
its loss plus ``other_use(p)``, and its text is worth the ``p`` at which that score is the best
alternative's. How much of a text to buy, and how often to repeat it, is the choice with the lowest
score by the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.comparison.offers import BELOW, AtCosts, Offer
from assay.comparison.prices import PricedText
from assay.comparison.records import Bill
from assay.comparison.setting import Worth, bill_of, priced_text, scored
from assay.laws.law import Array
from assay.units import Currency, Quantity

__all__ = ["REPEATS_BEYOND", "AnnealSetting", "known_epochs"]

REPEATS_BEYOND = 1.25
"""What repeating does is known up to this many times as many epochs as any run made."""
_QUANTITIES = 33
_AMOUNTS = np.concatenate([[0.0], np.geomspace(1e-4, 1e2, 121)])
"""Amounts of money looked at, as multiples of what training for the length costs."""


@dataclass(frozen=True, eq=False)
class AnnealSetting:
    """Every source in an anneal of ``tokens`` trained tokens, with prices in ``currency``."""

    offers: Mapping[str, Offer]
    tokens: float
    currency: Currency

    @cached_property
    def quantities(self) -> Mapping[str, float | None]:
        """Unique tokens to buy of each source; ``None`` where there are not enough to be had."""
        return {name: self._quantity(offer) for name, offer in self.offers.items()}

    @cached_property
    def bills(self) -> Mapping[str, Bill]:
        """What each source within reach comes to."""
        return {
            name: bill_of(name, _price(self.offers[name]), self.tokens, unique)
            for name, unique in self.quantities.items()
            if unique is not None
        }

    @cached_property
    def here(self) -> Mapping[str, AtCosts]:
        """Each source in that anneal, in arrays of one column."""
        return {name: self._at(name, offer) for name, offer in self.offers.items()}

    @cached_property
    def scores(self) -> Mapping[str, Array]:
        """Draws of the loss and of the other use of the money, ``(resamples,)``."""
        text = {name: bill.text[self.currency] for name, bill in self.bills.items()}
        return {
            name: scored(one, float(self.other_use(np.array(text.get(name, 0.0)))))
            for name, one in self.here.items()
        }

    def spent(self, source: str) -> Quantity:
        """Return the total cost of the anneal on ``source``: of training alone, if out of reach."""
        if source in self.bills:
            return Quantity(self.bills[source].total(self.currency), self.currency)
        return Quantity(self._training, self.currency)

    def worth(self, source: str, target: Array) -> Worth:
        """Return the price of the text at which the score of ``source`` is ``target``.

        Parameters
        ----------
        target
            Draws of a score, ``(resamples,)``.
        """
        money, uses = self._uses
        saved = target - self.here[source].draws[:, 0]
        rising = np.concatenate([[True], np.diff(uses) > 0])
        total = np.interp(saved, uses[rising], money[rising], left=0.0, right=np.inf)
        unique = self.bills[source].unique
        return Worth(total, total / max(unique, 1.0))

    @cached_property
    def _uses(self) -> tuple[Array, Array]:
        """Amounts of money, and the loss that their best other use takes away; both rise from 0."""
        spent = self._training
        money = _AMOUNTS * spent if spent > 0 else _AMOUNTS
        uses = np.zeros_like(money)
        if spent > 0:
            lengths = self.tokens * (1.0 + _AMOUNTS)
            for offer in self.offers.values():
                uses = np.maximum(uses, _saved_by_length(offer, lengths))
        return money, np.maximum.accumulate(uses)

    @cached_property
    def _training(self) -> float:
        """Return what training for the length costs: the same on every source."""
        price = _price(next(iter(self.offers.values())))
        return float(price.training_cost(np.array(self.tokens)).in_(self.currency))

    def other_use(self, money: Array) -> Array:
        """Return the loss that the best other use of ``money`` takes away."""
        return np.asarray(np.interp(money, *self._uses))

    def _quantity(self, offer: Offer) -> float | None:
        price = _price(offer)
        drawn = price.candidate_share * self.tokens
        if drawn == 0.0:
            return 0.0
        most = float(price.unique(np.array(self.tokens)))
        if self.tokens > price.tokens_max * (1.0 + 1e-9):
            return None
        fewest = drawn / min(price.epochs_max, max(drawn / most, known_epochs(offer)))
        unique = np.geomspace(min(fewest, most), most, _QUANTITIES)
        lengths = np.full_like(unique, self.tokens)
        loss = offer.fit.value(offer.predictors(lengths, drawn / unique))
        score = loss + self.other_use(price.text_cost(unique).in_(self.currency))
        return float(unique[np.argmin(score)])

    def _at(self, name: str, offer: Offer) -> AtCosts:
        nothing = np.full(1, np.nan)
        smallest = float(offer.fit.points.columns[offer.axis].min())
        if name not in self.bills or self.tokens < BELOW * smallest:
            draws = np.full((len(offer.fit.draws), 1), np.nan)
            return AtCosts(nothing, nothing, nothing, draws, nothing)
        epochs = np.array([self.bills[name].epochs])
        x = offer.predictors(np.array([self.tokens]), epochs)
        fit = offer.fit
        return AtCosts(
            np.array([self.tokens]),
            epochs,
            fit.value(x),
            fit.value_draws(x),
            fit.decades_outside(x),
        )


def _price(offer: Offer) -> PricedText:
    price = priced_text(offer)
    assert price is not None
    return price


def known_epochs(offer: Offer) -> float:
    """Return how many epochs are known well enough to be chosen."""
    return offer.known_epochs * (REPEATS_BEYOND if "epochs" in offer.fit.x else 1.0)


def _saved_by_length(offer: Offer, lengths: Array) -> Array:
    """Return the loss that longer anneals take away, as far as the text allows them."""
    losses = offer.fit.value(offer.predictors(lengths))
    saved = losses[0] - losses
    return np.where(lengths <= offer.price.tokens_max, saved, 0.0)
