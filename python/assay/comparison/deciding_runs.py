"""Which runs would help most to decide, by value of information taken from the draws themselves.

The draws of the laws are a sample from what is believed: in each, every source has a score, and
every run that could be made has a result. If some runs came out as one draw says, with run noise on
top, the regression of the scores on the results, over all draws, gives the scores that one would
then expect, and what the regression leaves is what one would then not know. So for each such
outcome there is a source that one would choose, and a probability that it is right. The mean of
that probability, less today's, is the benefit of the runs (value of sample information by
regression: Strong, Oakley, Brennan and Breeze 2015, Medical Decision Making 35:570); the share of
outcomes in which it is high enough is the probability that the runs settle the question.
Regressions are learnt from one half of the draws and tested on the other, so that runs that tell
nothing are worth nothing. Nothing is taken as Gaussian: it is in the tails that choices are wrong.

A source is a right choice in a draw if its score is the lowest, or within the least gain of it. The
control is a choice too: to buy nothing. Training is paid for every run; text only as far as no run
of the source needed it before, since small runs train on a part of the text of large ones.

Which runs would help to predict *one* source is another question: see
:mod:`assay.fitting.next_run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from assay.comparison.offers import Offer
from assay.comparison.records import Suggestion
from assay.comparison.setting import priced_text
from assay.fitting.random_streams import stream
from assay.fitting.result import FitResult
from assay.laws.law import Array
from assay.units import Unit

__all__ = ["DecidingRuns", "deciding_runs"]

_GROWTH = (2.0, 4.0)
_REPEATS = (1, 4, 16)
_MOST_STEPS = 10
"""Steps that are looked ahead, however much the purse could pay."""
_SHORT_LIST = 5
"""Candidates that are looked at closely: so many that explain the most, and the most by cost."""
_OUTCOMES = 48
"""Outcomes for which choices are worked out."""
_OF_THE_BEST = 0.5
"""A run has to bring this share of the largest benefit to be taken for its low cost."""
_TELLING = 0.03
"""Smaller benefits are within what the outcomes tell: then comes what explains most of the
differences, since it may take two runs to change a choice."""
_SETTLED = 0.9
"""No more runs are looked for once those chosen settle the question so probably."""
_EVEN = 0.5
_LESS_RISK = 0.5
_RIDGE = 1e-6
_FARTHEST = 10.0
"""Standard deviations from the median at which draws are cut off."""
_SMALLEST = 1e-12


@dataclass(frozen=True)
class DecidingRuns:
    """The runs to make, and how much they are expected to help together."""

    runs: tuple[Suggestion, ...]
    """In the order in which they help most for their cost, each as if those before it were made."""
    now: float
    """Probability that the choice that one would make today is right."""
    expected: float
    """Probability of a right choice that is expected once they are made."""
    settled: float
    """Probability that the question is settled once they are made."""

    @property
    def worth_making(self) -> bool:
        """Whether they more likely than not settle the question, or halve the risk of an error."""
        halved = 1.0 - self.expected <= _LESS_RISK * (1.0 - self.now)
        return bool(self.runs) and (halved or self.settled >= _EVEN)


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A run that could be made, once or with several seeds."""

    source: str
    tokens: float
    epochs: float
    repeats: int
    training: float
    """Price of training, all repeats together."""
    text: float
    """Price of the text that the run needs, whether or not smaller runs needed some of it."""
    results: Array
    """Its mean result in each draw, with run noise, in units of its spread, ``(resamples,)``."""


def deciding_runs(
    offers: Mapping[str, Offer],
    scores: Mapping[str, Array],
    currency: Unit,
    affordable: float,
    enough: float,
    least_gain: float = 0.0,
    confidence: float = 0.95,
    extra: Mapping[str, Sequence[float]] = MappingProxyType({}),
    reach: Mapping[str, float] = MappingProxyType({}),
) -> DecidingRuns:
    """Choose runs, one after the other, until the question is settled or the purse is empty.

    Parameters
    ----------
    offers
        The sources that may be chosen, and the control.
    scores
        Draws of the loss at equal cost of each, ``(resamples,)``.
    affordable
        The most that the runs may cost together, in ``currency``.
    enough
        Probability of a right choice at which the question is settled.
    least_gain
        Sources whose scores differ by less are equally right, in the units of the scores.
    confidence
        Probability of being within the least gain of the best at which a source is tied with it.
    extra
        Budgets to consider for a source beside those measured and the next ones up the ladder, in
        trained tokens, such as that of the deciding setting.
    reach
        Trained tokens of the longest run that can be made of a source; by default what its price
        allows.
    """
    open_ones = _contenders({name: scores[name] for name in offers}, least_gain)
    offers = {name: offers[name] for name in open_ones}
    belief = _Belief.of(open_ones, least_gain, confidence)
    purse = _Purse(affordable, {name: _owned(offer, currency) for name, offer in offers.items()})
    candidates = [
        candidate
        for name, offer in offers.items()
        for candidate in _candidates(
            offer, currency, extra.get(name, ()), reach.get(name, offer.price.tokens_max)
        )
    ]
    now = belief.right_now
    steps, state = list[_Made](), belief.outlook(enough)
    while len(steps) < _MOST_STEPS and state.settled < _SETTLED:
        candidates = [one for one in candidates if 0.0 < purse.cost(one) <= purse.left]
        if not candidates:
            break
        costs = np.array([purse.cost(one) for one in candidates])
        explained = belief.explained([one.results for one in candidates])
        listed = _short_list(explained, costs)
        outlooks = [belief.outlook(enough, candidates[i].results) for i in listed]
        gains = np.array([one.sum - state.sum for one in outlooks])
        telling = gains.max() >= _TELLING
        best = _most_for_its_cost(gains if telling else explained[listed], costs[listed])
        chosen, after = candidates[listed[best]], outlooks[best] if telling else state
        steps.append(_Made(chosen, float(costs[listed[best]]), state, after))
        belief, purse, state = belief.given(chosen.results), purse.after(chosen), after
        candidates = [one for one in candidates if one is not chosen]
    while steps and steps[-1].after is steps[-1].before:
        steps.pop()
    now = belief.right_now
    expected = max(state.right, now) if steps else now
    return DecidingRuns(tuple(map(_suggestion, steps)), now, expected, state.settled)


def _contenders(scores: Mapping[str, Array], least_gain: float) -> dict[str, Array]:
    """Return the choices that are right in some draw, or all if there is but one of them."""
    lowest = np.min(list(scores.values()), axis=0) + least_gain
    found = {name: drawn for name, drawn in scores.items() if np.any(drawn <= lowest)}
    return found if len(found) > 1 else dict(scores)


class _Outlook(NamedTuple):
    """What is expected after some runs."""

    right: float
    """Mean probability that the choice is right."""
    settled: float
    """Share of the outcomes in which it is probable enough."""

    @property
    def sum(self) -> float:
        """What runs are chosen by: both count alike."""
        return self.right + self.settled


@dataclass(frozen=True)
class _Made:
    """A run that was chosen, and what was expected before and after it."""

    run: _Candidate
    cost: float
    before: _Outlook
    after: _Outlook


def _short_list(explained: Array, costs: Array) -> list[int]:
    """Return the candidates that explain the most, and the most for their cost."""
    most, cheapest = np.argsort(-explained), np.argsort(-explained / costs)
    return list(dict.fromkeys([*most[:_SHORT_LIST], *cheapest[:_SHORT_LIST]]))


def _most_for_its_cost(benefits: Array, costs: Array) -> int:
    """Return the run with the most benefit per cost, among those that bring much of the most.

    Otherwise many runs that cost and tell next to nothing would come before one that settles it.
    """
    telling = benefits >= _OF_THE_BEST * benefits.max()
    return int(np.argmax(np.where(telling, benefits / costs, -np.inf)))


@dataclass(frozen=True, eq=False)
class _Belief:
    """What is believed of the scores, given the results of runs that were chosen."""

    scores: Array
    """``(resamples, names)``."""
    least_gain: float
    confidence: float
    """Probability at which a source is tied with the best."""
    known: Array
    """Terms of the results of chosen runs, and a constant, ``(resamples, terms)``."""

    @classmethod
    def of(cls, scores: Mapping[str, Array], least_gain: float, confidence: float) -> _Belief:
        table = np.stack(list(scores.values()), axis=1)
        return cls(_drawn_in(table), least_gain, confidence, np.ones((len(table), 1)))

    @cached_property
    def share(self) -> Array:
        """How probably each choice is right, ``(names,)``; equal scores share."""
        right = (self.scores <= self.scores.min(axis=1, keepdims=True) + self.least_gain) * 1.0
        if self.least_gain == 0.0:
            right /= right.sum(axis=1, keepdims=True)
        return np.asarray(right.mean(axis=0))

    @property
    def right_now(self) -> float:
        """Probability that today's choice is right."""
        return float(self.share.max())

    def given(self, results: Array) -> _Belief:
        """Return what is believed once a run has been made."""
        return replace(self, known=np.concatenate([self.known, _terms(results)], axis=1))

    def explained(self, results: Sequence[Array]) -> Array:
        """Return how much of the open differences each of several runs explains.

        That is variance of the differences between today's choice and the others, each by its
        share of being right.
        """
        terms = np.stack([_terms(one) for one in results])
        known = np.broadcast_to(self.known, (len(results), *self.known.shape))
        before = self._open(self.known[None])
        after = self._open(np.concatenate([known, terms], axis=2))
        return np.asarray(np.maximum(before - after, 0.0))

    def _open(self, features: Array) -> Array:
        """Return the variance of the open differences that ``features`` leave, ``(n,)``."""
        left = self._left(features)
        apart = (left - left[:, :, [int(self.share.argmax())]]).var(axis=1)
        return np.asarray(apart @ self.share)

    def outlook(self, enough: float, results: Array | None = None) -> _Outlook:
        """Return what is expected, after one run more if its ``results`` are given."""
        more = [] if results is None else [_terms(results)]
        left = self._left(np.concatenate([self.known, *more], axis=1)[None])[0]
        expected = self._typical(self.scores - left)
        possible = expected[:, None, :] + left[None, :, :]
        lowest = possible.min(axis=2, keepdims=True) + self.least_gain
        right = (possible <= lowest).mean(axis=1)
        best = right.max(axis=1)
        settled = best >= enough
        if self.least_gain > 0.0:  # a tie that may be there or not is open too
            unsure = (right >= _EVEN) & (right < np.minimum(self.confidence, best[:, None]))
            settled &= ~unsure.any(axis=1)
        return _Outlook(float(best.mean()), float(settled.mean()))

    def _typical(self, expected: Array) -> Array:
        """Return outcomes that stand for all, evenly over what parts the two likeliest choices."""
        first, second = np.argsort(-self.share)[:2]
        order = np.argsort(expected[:, first] - expected[:, second], kind="stable")
        count = min(_OUTCOMES, len(order))
        places = ((np.arange(count) + 0.5) * len(order) / count).astype(int)
        return np.asarray(expected[order[places]])

    def _left(self, features: Array) -> Array:
        """Return what regressions on ``features`` leave of the scores, ``(n, resamples, names)``.

        Each half of the draws is predicted by what was learnt from the other.
        """
        even = np.arange(len(self.scores)) % 2 == 0
        out = np.empty((len(features), *self.scores.shape))
        for learn, test in ((even, ~even), (~even, even)):
            x = features[:, learn]
            gram = np.matmul(x.transpose(0, 2, 1), x)
            ridge = _RIDGE * learn.sum() * np.eye(gram.shape[1])
            moments = np.matmul(x.transpose(0, 2, 1), self.scores[learn])
            weights = np.linalg.solve(gram + ridge, moments)
            out[:, test] = self.scores[test] - np.matmul(features[:, test], weights)
        return out


def _terms(results: Array) -> Array:
    """Return the terms by which scores are regressed on a result, ``(resamples, 2)``."""
    return np.stack([results, np.abs(results)], axis=1)


@dataclass(frozen=True)
class _Purse:
    """What is left to spend, and which text the runs of each source needed already."""

    left: float
    owned: Mapping[str, float]

    def cost(self, run: _Candidate) -> float:
        """Return what a run costs: training, and the text that is not owned yet."""
        return run.training + max(run.text - self.owned[run.source], 0.0)

    def after(self, run: _Candidate) -> _Purse:
        """Return the purse once a run is paid."""
        owned = {**self.owned, run.source: max(run.text, self.owned[run.source])}
        return _Purse(self.left - self.cost(run), owned)


def _owned(offer: Offer, currency: Unit) -> float:
    """Return the price of the text that the largest run needed."""
    return float(_text(offer, offer.fit.points.columns[offer.axis].max(keepdims=True), currency)[0])


def _text(offer: Offer, tokens: Array, currency: Unit) -> Array:
    price = priced_text(offer)
    if price is None:
        return np.zeros_like(tokens)
    return price.text_cost(price.unique(tokens)).in_(currency)


def _candidates(
    offer: Offer, currency: Unit, extra: Sequence[float], longest: float
) -> list[_Candidate]:
    tokens = _budgets(offer, extra, longest)
    text = _text(offer, tokens, currency)
    training = offer.price.total_cost(tokens).in_(currency) - text
    x = offer.predictors(tokens)
    predicted = offer.fit.value_draws(x)
    return [
        _Candidate(
            source=offer.fit.source,
            tokens=float(tokens[i]),
            epochs=float(x["epochs"][i]),
            repeats=repeats,
            training=float(repeats * training[i]),
            text=float(text[i]),
            results=_standard(predicted[:, i] * _noise(offer.fit, float(tokens[i]), repeats)),
        )
        for i in range(len(tokens))
        for repeats in _REPEATS
    ]


def _budgets(offer: Offer, extra: Sequence[float], longest: float) -> Array:
    """Return the measured budgets, the next ones up the ladder, and further ones."""
    measured = np.unique(offer.fit.points.columns[offer.axis])
    larger = np.concatenate([measured[-1] * np.array(_GROWTH), np.asarray(extra, float)])
    larger = larger[(larger > measured[-1]) & (larger <= longest)]
    return np.unique(np.concatenate([measured, larger]))


def _noise(fit: FitResult, tokens: float, repeats: int) -> Array:
    """Return the factor by which the mean of some runs is off, ``(resamples,)``."""
    labels = ("next run", fit.source, f"{tokens:g}", str(repeats))
    drawn = stream(fit.errors.random_state, *labels).standard_normal(len(fit.draws))
    return np.asarray(1.0 + fit.errors.noise / np.sqrt(repeats) * drawn)


def _standard(values: Array) -> Array:
    """Return the values from their median, in units of their spread; far ones are drawn in.

    They are not made Gaussian: it is in the tails that a choice is wrong.
    """
    middle, spread = _spread(values)
    return np.asarray(np.clip((values - middle) / spread, -_FARTHEST, _FARTHEST))


def _drawn_in(scores: Array) -> Array:
    """Return scores with far ones drawn in: an outlier must not bend the regression."""
    middle, spread = _spread(scores)
    return np.asarray(np.clip(scores, middle - _FARTHEST * spread, middle + _FARTHEST * spread))


def _spread(values: Array) -> tuple[Array, Array]:
    """Return the median and half the width of the middle 68% of draws, along the first axis."""
    low, middle, high = np.quantile(values, [0.16, 0.5, 0.84], axis=0)
    return middle, np.maximum(0.5 * (high - low), _SMALLEST * np.abs(middle))


def _suggestion(step: _Made) -> Suggestion:
    benefit = step.after.right - step.before.right
    return Suggestion(
        source=step.run.source,
        tokens=step.run.tokens,
        epochs=step.run.epochs,
        repeats=step.run.repeats,
        cost=step.cost,
        benefit=benefit,
        benefit_per_cost=benefit / step.cost,
    )
