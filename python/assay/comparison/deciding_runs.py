"""Which run would help most to decide between two contenders.

The draws of the laws are a sample from what is believed. If the result of a new run at ``x`` is
``y``, with run noise of variance ``s^2``, then to first order it takes
``cov(D, y)^2 / (var(y) + s^2)`` off the variance of the difference ``D`` between the contenders
at the deciding cost, and moves its mean by a Gaussian of that variance. The benefit of the run is
the expected drop of the probability that the sign of ``D`` is called wrongly; runs are ranked by
benefit per unit of cost. (Value of information under a linear-Gaussian update: Raiffa and
Schlaifer 1961, chapter 5.) Data are priced as if bought anew.

Which runs would help to predict *one* source is another question: see
:mod:`assay.fitting.next_run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from assay.comparison.offers import Offer
from assay.comparison.records import Suggestion
from assay.laws.law import Array
from assay.units import Unit

__all__ = ["DecidingRuns", "deciding_runs"]

_GROWTH = (2.0, 4.0)
_MOST_REPEATS = 16
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_SUGGESTIONS = 5
_TELLING = 0.05
"""Runs that tell less than this share of the most telling one are not worth listing."""


@dataclass(frozen=True)
class DecidingRuns:
    """The best runs, and whether runs that the budget can pay are expected to settle it."""

    runs: tuple[Suggestion, ...]
    settles: bool
    expected: float
    """Probability of being right that is expected once the purse is spent."""


@dataclass(frozen=True)
class _Candidate:
    """A run that could be made, and what its result would have to do with the difference."""

    source: str
    tokens: float
    epochs: float
    cost: float
    covariance: float
    """Covariance of the predicted loss with the difference."""
    variance: float
    """Variance of the predicted loss."""
    noise: float
    """Variance of one run about its prediction."""

    def learnt(self, repeats: int = 1) -> float:
        """Variance of the difference that ``repeats`` such runs take away."""
        spread = self.variance + self.noise / repeats
        return self.covariance**2 / spread if spread > 0 else 0.0


def deciding_runs(
    offers: Mapping[str, Offer],
    scores: Mapping[str, Array],
    control: str | None,
    currency: Unit,
    affordable: float,
    enough: float,
    least_gain: float = 0.0,
    extra: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> DecidingRuns:
    """Rank runs of the contenders by expected benefit per unit of cost."""
    names = sorted(offers, key=lambda name: float(scores[name].mean()))[:2]
    difference = scores[names[1]] - scores[names[0]]
    mean, variance = float(difference.mean()), float(difference.var())
    now = _wrong(mean, variance, 0.0)
    share = affordable / len(names)
    found, learnt = [], 0.0
    for name in names:
        candidates = _affordable_runs(name, offers[name], difference, currency, affordable)
        found += [_suggestion(c, now - _wrong(mean, variance, c.learnt())) for c in candidates]
        repeats = [(c, min(int(share // c.cost), _MOST_REPEATS)) for c in candidates]
        learnt += max((c.learnt(times) for c, times in repeats if times), default=0.0)
    telling = _TELLING * max((r.benefit for r in found), default=0.0)
    useful = sorted((r for r in found if r.benefit > telling), key=lambda r: -r.benefit_per_cost)
    wrong = _wrong(mean, variance, learnt)
    return DecidingRuns(
        tuple(useful[:_SUGGESTIONS]), bool(useful) and wrong <= 1.0 - enough, 1.0 - wrong
    )


def _affordable_runs(
    name: str, offer: Offer, difference: Array, currency: Unit, affordable: float
) -> list[_Candidate]:
    tokens = _budgets(offer)
    costs = offer.price.total_cost(tokens).in_(currency)
    keep = (costs <= affordable) & (costs > 0)
    if not keep.any():
        return []
    tokens, costs = tokens[keep], costs[keep]
    x = offer.predictors(tokens)
    epochs, predicted = x["epochs"], offer.fit.value_draws(x)
    return [
        _Candidate(
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


def _suggestion(candidate: _Candidate, benefit: float) -> Suggestion:
    return Suggestion(
        source=candidate.source,
        tokens=candidate.tokens,
        epochs=candidate.epochs,
        cost=candidate.cost,
        benefit=benefit,
        benefit_per_cost=benefit / candidate.cost,
    )


def _budgets(offer: Offer) -> Array:
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
