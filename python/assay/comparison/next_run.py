"""Which run would help most to decide between two contenders.

The draws of the laws are a sample from what is believed. If the result of a new run at ``x`` is
``y``, with run noise of variance ``s^2``, then to first order it takes
``cov(D, y)^2 / (var(y) + s^2)`` off the variance of the difference ``D`` between the contenders
at the deciding cost, and moves its mean by a Gaussian of that variance. The benefit of the run is
the expected drop of the probability that the sign of ``D`` is called wrongly; runs are ranked by
benefit per unit of cost. (Value of information under a linear-Gaussian update: Raiffa and
Schlaifer 1961, chapter 5.) Data are priced as if bought anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assay.comparison.offers import Offer
from assay.comparison.records import Suggestion
from assay.laws.law import Array
from assay.units import Unit

__all__ = ["NextRuns", "next_runs"]

_GROWTH = (2.0, 4.0)
_MOST_REPEATS = 16
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_SUGGESTIONS = 5
_TELLING = 0.05
"""Runs that tell less than this share of the most telling one are not worth listing."""


@dataclass(frozen=True)
class NextRuns:
    """The best runs, and whether runs that the budget can pay are expected to settle it."""

    runs: tuple[Suggestion, ...]
    settles: bool


@dataclass(frozen=True)
class _Option:
    source: str
    tokens: float
    epochs: float
    cost: float
    covariance: float
    """Of the predicted loss with the difference."""
    variance: float
    """Of the predicted loss."""
    noise: float
    """Variance of one run about it."""

    def learnt(self, repeats: int = 1) -> float:
        """Variance of the difference that ``repeats`` such runs take away."""
        spread = self.variance + self.noise / repeats
        return self.covariance**2 / spread if spread > 0 else 0.0


def next_runs(
    offers: Mapping[str, Offer],
    difference: Array,
    currency: Unit,
    affordable: float,
    confidence: float,
) -> NextRuns:
    """Rank runs of the contenders ``offers`` by expected benefit per unit of cost.

    The question can be settled if the expected probability of a wrong call falls to
    ``1 - confidence`` once each contender's most telling run has been repeated as often as its
    even share of ``affordable`` pays.

    Parameters
    ----------
    difference
        Draws of the difference at the deciding cost, ``(resamples,)``.
    affordable
        The most that new runs may cost together.
    confidence
        The probability of being right at which the question is settled.
    """
    mean, variance = float(difference.mean()), float(difference.var())
    now = _wrong(mean, variance, 0.0)
    share = affordable / len(offers)
    found, learnt = [], 0.0
    for name, offer in offers.items():
        options = _options(name, offer, difference, currency, affordable)
        found += [_suggestion(o, now - _wrong(mean, variance, o.learnt())) for o in options]
        repeats = [(o, min(int(share // o.cost), _MOST_REPEATS)) for o in options]
        learnt += max((o.learnt(times) for o, times in repeats if times), default=0.0)
    telling = _TELLING * max((r.benefit for r in found), default=0.0)
    useful = sorted((r for r in found if r.benefit > telling), key=lambda r: -r.benefit_per_cost)
    settles = _wrong(mean, variance, learnt) <= 1.0 - confidence
    return NextRuns(tuple(useful[:_SUGGESTIONS]), bool(useful) and settles)


def _options(
    name: str, offer: Offer, difference: Array, currency: Unit, affordable: float
) -> list[_Option]:
    tokens = _candidates(offer)
    costs = offer.price.total_cost(tokens).in_(currency)
    keep = (costs <= affordable) & (costs > 0)
    if not keep.any():
        return []
    tokens, costs = tokens[keep], costs[keep]
    x = offer.predictors(tokens)
    epochs, predicted = x["epochs"], offer.fit.value_draws(x)
    return [
        _Option(
            source=name,
            tokens=float(tokens[i]),
            epochs=float(epochs[i]),
            cost=float(costs[i]),
            covariance=float(np.cov(difference, predicted[:, i])[0, 1]),
            variance=float(predicted[:, i].var()),
            noise=(offer.fit.errors.noise * float(predicted[:, i].mean())) ** 2,
        )
        for i in range(len(tokens))
    ]


def _suggestion(option: _Option, benefit: float) -> Suggestion:
    return Suggestion(
        source=option.source,
        tokens=option.tokens,
        epochs=option.epochs,
        cost=option.cost,
        benefit=benefit,
        benefit_per_cost=benefit / option.cost,
    )


def _candidates(offer: Offer) -> Array:
    """Return the measured budgets, and the next ones up the ladder."""
    measured = np.unique(offer.fit.points.columns[offer.axis])
    grown = measured[-1] * np.array(_GROWTH)
    return np.concatenate([measured, grown[grown <= offer.price.tokens_max]])


def _wrong(mean: float, variance: float, learnt: float) -> float:
    """Return the expected probability of a wrong sign once ``learnt`` of the variance is gone."""
    from scipy.special import ndtr

    left = np.sqrt(max(variance - learnt, 0.0)) + 1e-300
    means = np.abs(mean + np.sqrt(min(learnt, variance)) * _NODES)
    return float(np.sum(_WEIGHTS * ndtr(-means / left)) / np.sum(_WEIGHTS))
