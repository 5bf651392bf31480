"""Which runs would help most to decide, by value of information taken from the draws themselves.

The draws of the laws are a sample from what is believed: in each, every source has a score, and
every run that could be made has a result. If some runs came out as one draw says, with run noise on
top, one would choose the source whose score is then expected to be the lowest: the regression of
the scores on the results, over all draws, says which. The share of the draws in which that choice
is right, less the share in which today's is, is the benefit of the runs (Strong, Oakley, Brennan
and Breeze 2015, Medical Decision Making 35:570). Choices are learnt from one half of the draws and
tested on the other, so that runs that tell nothing are worth nothing.

A source is a right choice in a draw if its score is the lowest, or within the least gain of it. The
control is a choice too: to buy nothing. Training is paid for every run; text only as far as no run
of the source needed it before, since small runs train on a part of the text of large ones.

Which runs would help to predict *one* source is another question: see
:mod:`assay.fitting.next_run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

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
_MOST_STEPS = 12
"""Steps that are looked ahead, however much the purse could pay."""
_SHORT_LIST = 32
"""Candidates that are still looked at after the first step: the most telling ones."""
_OF_THE_BEST = 0.5
"""A run has to bring this share of the largest benefit to be taken for its low cost."""
_TELLING = 0.1
"""A run has to take away this share of the risk of a wrong choice,"""
_TELLING_DRAWS = 2.5
"""and to make this many more draws right: with less, chance alone could have done it."""
_MOST_SILENT = 4
"""Runs in a row that need not tell by themselves: a choice may change only if one source turns out
worse and another better, so that neither run alone would change it."""
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

    @property
    def worth_making(self) -> bool:
        """Whether they are expected to halve the risk of a wrong choice, or better."""
        return bool(self.runs) and 1.0 - self.expected <= _LESS_RISK * (1.0 - self.now)


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
    """Its mean result in each draw, run noise included, as normal scores, ``(resamples,)``."""


def deciding_runs(
    offers: Mapping[str, Offer],
    scores: Mapping[str, Array],
    control: str | None,
    currency: Unit,
    affordable: float,
    enough: float,
    least_gain: float = 0.0,
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
    control
        Name of the control, if there is one.
    affordable
        The most that the runs may cost together, in ``currency``.
    enough
        Probability of a right choice at which the question is settled.
    least_gain
        Sources whose scores differ by less are equally right, in the units of the scores.
    extra
        Budgets to consider for a source beside those measured and the next ones up the ladder, in
        trained tokens, such as that of the deciding setting.
    reach
        Trained tokens of the longest run that can be made of a source; by default what its price
        allows.
    """
    belief = _Belief.of({name: scores[name] for name in offers}, least_gain)
    purse = _Purse(affordable, {name: _owned(offer, currency) for name, offer in offers.items()})
    candidates = [
        candidate
        for name, offer in offers.items()
        for candidate in _candidates(
            offer, currency, extra.get(name, ()), reach.get(name, offer.price.tokens_max)
        )
    ]
    steps, now = list[_Made](), belief.right_now
    probability, silent = now, 0
    while len(steps) < _MOST_STEPS and silent < _MOST_SILENT and probability < enough:
        candidates = [one for one in candidates if 0.0 < purse.cost(one) <= purse.left]
        if not candidates:
            break
        right, explained = belief.after([one.results for one in candidates])
        costs = np.array([purse.cost(one) for one in candidates])
        telling = right.max() - probability >= belief.telling(probability)
        best = _most_for_its_cost(right - probability if telling else explained, costs)
        chosen = candidates[best]
        steps.append(_Made(chosen, float(costs[best]), probability, float(right[best])))
        silent = 0 if telling else silent + 1
        probability = max(float(right[best]), probability)
        belief, purse = belief.given(chosen.results), purse.after(chosen)
        order = np.argsort(-(right if telling else explained))[:_SHORT_LIST]
        candidates = [candidates[i] for i in order if i != best]
    made = steps[: len(steps) - silent]
    runs = tuple(_suggestion(step) for step in made)
    return DecidingRuns(runs, now, max((now, *(step.after for step in made))))


@dataclass(frozen=True)
class _Made:
    """A run that was chosen, and the probability of a right choice before and after it."""

    run: _Candidate
    cost: float
    before: float
    after: float


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
    right: Array
    """How right each choice is in each draw, ``(resamples, names)``; ties share."""
    known: Array
    """Terms of the results of chosen runs, and a constant, ``(resamples, terms)``."""

    @classmethod
    def of(cls, scores: Mapping[str, Array], least_gain: float) -> _Belief:
        table = np.stack(list(scores.values()), axis=1)
        right = (table <= table.min(axis=1, keepdims=True) + least_gain).astype(float)
        if least_gain == 0.0:
            right /= right.sum(axis=1, keepdims=True)
        return cls(_drawn_in(table), right, np.ones((len(table), 1)))

    @property
    def right_now(self) -> float:
        """Probability that today's choice is right."""
        return float(self.right.mean(axis=0).max())

    def telling(self, probability: float) -> float:
        """Return the least benefit of a run, where the choice is right with a probability."""
        return max(_TELLING * (1.0 - probability), _TELLING_DRAWS / len(self.scores))

    def given(self, results: Array) -> _Belief:
        """Return what is believed once a run has been made."""
        return replace(self, known=np.concatenate([self.known, _terms(results)], axis=1))

    def after(self, results: Sequence[Array]) -> tuple[Array, Array]:
        """Return what each of several runs is expected to tell.

        The probability of a right choice after it; and how much of the variance it explains of
        the differences between today's choice and the others, each by its share of being right.
        """
        terms = np.stack([_terms(one) for one in results])
        known = np.broadcast_to(self.known, (len(results), *self.known.shape))
        features = np.concatenate([known, terms], axis=2)
        halves = np.arange(len(self.scores)) % 2 == 0
        tested = [self._tested(features, one, ~one) for one in (halves, ~halves)]
        right, left = np.mean([each[0] for each in tested], axis=0), tested[0][1] + tested[1][1]
        return right, left.max() - left

    def _tested(self, features: Array, learn: Array, test: Array) -> tuple[Array, Array]:
        """Learn choices from the draws ``learn``; judge them, and what they leave open, by others.

        Returns how right the choices are in ``test``, and the variance that is not explained.
        """
        x, scores = features[:, learn], self.scores[learn]
        gram = np.matmul(x.transpose(0, 2, 1), x)
        ridge = _RIDGE * len(scores) * np.eye(gram.shape[1])
        weights = np.linalg.solve(gram + ridge, np.matmul(x.transpose(0, 2, 1), scores))
        predicted = np.matmul(features[:, test], weights)
        choice = np.argmin(predicted, axis=2)
        right = self.right[test][np.arange(test.sum()), choice].mean(axis=1)
        share = self.right.mean(axis=0)
        left = predicted - self.scores[test]
        apart = (left - left[:, :, [int(share.argmax())]]).var(axis=1)
        return right, apart @ share


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
    benefit = max(step.after - step.before, 0.0)
    return Suggestion(
        source=step.run.source,
        tokens=step.run.tokens,
        epochs=step.run.epochs,
        repeats=step.run.repeats,
        cost=step.cost,
        benefit=benefit,
        benefit_per_cost=benefit / step.cost,
    )
