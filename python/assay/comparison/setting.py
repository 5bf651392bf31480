"""The deciding setting: what each source is there, at which bill, and how the sources score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol, cast

import numpy as np

from assay.comparison.offers import AtCosts, Offer
from assay.comparison.prices import PricedText
from assay.comparison.records import Bill
from assay.laws.law import Array
from assay.units import CURRENCIES, Quantity

__all__ = ["Setting", "Worth", "bill_of", "priced_text", "scored"]


class Worth(NamedTuple):
    """Draws of the highest price worth paying for the text of a source, ``(resamples,)`` each."""

    total: Array
    """In the deciding currency; infinite beyond every price looked at."""
    per_token: Array
    """For a unique token."""


class Setting(Protocol):
    """What is asked, worked out for every source and the control."""

    @property
    def here(self) -> Mapping[str, AtCosts]:
        """Each source there, in arrays of one column."""
        ...

    @property
    def scores(self) -> Mapping[str, Array]:
        """Draws of the loss at equal cost, ``(resamples,)``, infinite where out of reach."""
        ...

    @property
    def bills(self) -> Mapping[str, Bill]:
        """What each source within reach comes to; empty where nothing has a price."""
        ...

    def spent(self, source: str) -> Quantity:
        """Return the total cost of the anneal on ``source``, in the deciding currency."""
        ...

    def worth(self, source: str, target: Array) -> Worth:
        """Return the price of the text at which the score of ``source`` is ``target``."""
        ...


def scored(at_cost: AtCosts, handicap: float = 0.0) -> Array:
    """Return the draws of the only column plus a ``handicap``; infinite where out of reach."""
    drawn = at_cost.draws[:, 0] + handicap
    return np.where(np.isnan(drawn), np.inf, drawn)


def bill_of(source: str, price: PricedText, tokens: float, unique: float) -> Bill:
    """Return what an anneal of ``tokens`` with ``unique`` tokens of a source comes to."""
    text, training = price.text_cost(np.array(unique)), price.training_cost(np.array(tokens))
    drawn = price.candidate_share * tokens
    return Bill(
        source=source,
        tokens=tokens,
        unique=unique,
        epochs=max(drawn / unique, 1.0) if unique > 0 else 1.0,
        text={currency: float(text.in_(currency)) for currency in CURRENCIES},
        training={currency: float(training.in_(currency)) for currency in CURRENCIES},
    )


def priced_text(offer: Offer) -> PricedText | None:
    """Return the price of an offer, if it tells text from training."""
    return cast(PricedText, offer.price) if hasattr(offer.price, "text_cost") else None
