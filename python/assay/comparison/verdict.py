"""Deciding: buy a source, run something next, tied, or cannot tell. There is no fifth verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assay.comparison import words
from assay.comparison.deciding_runs import DecidingRuns, deciding_runs
from assay.comparison.offers import AnyOffer, Offer
from assay.comparison.records import Bill, Standing, Verdict
from assay.laws.law import Array
from assay.units import Quantity

__all__ = ["Asked", "Evidence", "decide"]

_EVEN = 0.5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a decision is asked for, and how sure it has to be."""

    at: str
    """The deciding setting in words, such as ``40 USD``."""
    purse: Quantity
    """The most that further runs may cost together, in the deciding currency."""
    confidence: float
    enough: float
    """Probability of being right at which a verdict stands."""
    least_gain: float
    """Sources that differ by less are tied, in nats per token."""
    reach: Mapping[str, float]
    """Trained tokens of the longest run that can be made of a source, where that is known."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a decision rests on: offers, where they stand, and how they score."""

    offers: Mapping[str, AnyOffer]
    control: str | None
    standings: Sequence[Standing]
    scores: Mapping[str, Array]
    """Draws of the loss at equal cost, ``(resamples,)``, infinite where out of reach."""
    bills: Mapping[str, Bill]
    keeps: Mapping[str, float]
    """Probability of each source of keeping the limit of the guard, where there is one."""
    barred: Sequence[str]
    """Sources that more likely than not break it."""


def decide(evidence: Evidence, asked: Asked) -> Verdict:
    """Decide at the deciding setting.

    A source is a right choice if it is the best or within the least gain of it, beats the control,
    and keeps the limit of the guard. One of which each is as probable as ``asked.enough`` is
    bought, unless others are right choices with the ``asked.confidence``: these differ by less than
    the least gain, and the cheapest is taken. The bar is ``(1 + confidence) / 2`` because either of
    two equal sources may come out ahead: it keeps the chance of buying one of two copies at
    ``1 - confidence``. If the control is a right choice, nothing is bought. Where a question is
    open, the runs that help most are named if they are worth making; otherwise one cannot tell.
    """
    standings, control = evidence.standings, evidence.control
    within_reach = [s for s in standings if s.tokens is not None]
    if not within_reach or (control is not None and not _finite(evidence.scores[control])):
        return _cannot_tell(None, 0.0, words.too_little(asked.at))
    failed = [s.source for s in within_reach if evidence.offers[s.source].fit.status == "failed"]
    allowed = [s for s in within_reach if s.source not in evidence.barred]
    if not allowed:
        return _cannot_tell(None, 0.0, words.all_barred(evidence.barred))
    right = {s.source: _right(s, allowed, evidence, asked.least_gain) for s in allowed}
    best = max(allowed, key=lambda s: (right[s.source], s.best, s.gains or 0.0))
    sure = right[best.source]
    if failed:
        return _cannot_tell(best.source, sure, words.not_fitted(failed))
    if sure >= asked.enough:
        tied = [s.source for s in allowed if right[s.source] >= min(asked.confidence, sure)]
        if len(tied) > 1 and asked.least_gain > 0.0:
            return _tied(tied, right, evidence, asked)
        maybe = _cheaper_and_maybe_tied(best.source, right, evidence, asked)
        following = _following(evidence, asked, allowed) if maybe else None
        if maybe and following is not None and following.worth_making:
            reason = words.maybe_tied(best.source, maybe, asked.least_gain)
            return _run_next(best.source, sure, reason, following)
        reason = words.why_best(best, evidence.keeps.get(best.source), asked.least_gain)
        return _bought(best.source, sure, reason, evidence)
    nothing = _nothing_better(evidence, allowed, asked.least_gain)
    if control is not None and nothing >= asked.enough:
        reason = words.why_nothing(nothing, asked.least_gain)
        return _bought(control, nothing, reason, evidence)
    return _open(evidence, asked, best, sure, allowed)


def _right(
    standing: Standing, allowed: Sequence[Standing], evidence: Evidence, least_gain: float
) -> float:
    """Return how probably a source is a right choice; see :func:`decide`."""
    best = standing.best
    if least_gain > 0.0:
        lowest = np.min([evidence.scores[s.source] for s in allowed], axis=0)
        best = float(np.mean(evidence.scores[standing.source] <= lowest + least_gain))
    gains = 1.0 if standing.gains is None else standing.gains
    return min(best, gains, evidence.keeps.get(standing.source, 1.0))


def _nothing_better(evidence: Evidence, allowed: Sequence[Standing], least_gain: float) -> float:
    """Return how probably no source gains more over the control than the least gain."""
    if evidence.control is None:
        return 0.0
    lowest = np.min([evidence.scores[s.source] for s in allowed], axis=0)
    return float(np.mean(evidence.scores[evidence.control] - lowest < least_gain))


def _tied(
    names: Sequence[str], right: Mapping[str, float], evidence: Evidence, asked: Asked
) -> Verdict:
    """Return the verdict that sources are tied, the cheapest of them to be taken."""
    cost = _costs(names, evidence, asked)
    ordered = sorted(names, key=lambda name: (cost[name], -right[name]))
    return Verdict(
        kind="tied",
        source=ordered[0],
        probability=right[ordered[0]],
        reason=words.why_tied(ordered, asked.least_gain),
        runs=(),
        bill=evidence.bills.get(ordered[0]),
        tied=tuple(ordered),
    )


def _open(
    evidence: Evidence, asked: Asked, best: Standing, sure: float, allowed: Sequence[Standing]
) -> Verdict:
    """Return which runs would settle an open question, or that none would."""
    control = evidence.control
    kept = evidence.keeps.get(best.source, 1.0)
    if kept < asked.enough and kept <= min(best.best, best.gains or 0.0):
        return _cannot_tell(best.source, sure, words.guard_unsure(best.source, kept))
    rival = _rival(best, allowed, control)
    question = words.not_told_apart(best.source, rival, sure)
    following = _following(evidence, asked, allowed)
    if following is None:
        return _cannot_tell(best.source, sure, words.no_model_size(question))
    if not following.worth_making:
        if control is not None and all((s.gain.lower or 0.0) <= 0.0 for s in allowed):
            question = words.NO_GAIN
        reason = words.never_settled(question, asked.purse, following.expected)
        return _cannot_tell(best.source, sure, reason)
    return _run_next(best.source, sure, words.worth_running(question), following)


def _following(
    evidence: Evidence, asked: Asked, allowed: Sequence[Standing]
) -> DecidingRuns | None:
    """Return the runs that would help; ``None`` for laws in a model size that is not given."""
    control = evidence.control
    names = [s.source for s in allowed] + ([] if control is None else [control])
    offers = {name: evidence.offers[name] for name in names}
    priced = {name: offer for name, offer in offers.items() if isinstance(offer, Offer)}
    if len(priced) < len(offers):
        return None
    return deciding_runs(
        priced,
        {name: evidence.scores[name] for name in names},
        asked.purse.currency,
        asked.purse.amount,
        asked.enough,
        asked.least_gain,
        asked.confidence,
        {s.source: [s.tokens] for s in allowed if s.tokens is not None},
        asked.reach,
    )


def _cheaper_and_maybe_tied(
    best: str, right: Mapping[str, float], evidence: Evidence, asked: Asked
) -> list[str]:
    """Return the sources that cost no more than the best and may be tied with it."""
    if asked.least_gain == 0.0:
        return []
    cost = _costs(list(right), evidence, asked)
    return [
        name
        for name, probability in right.items()
        if name != best and probability >= _EVEN and cost[name] <= cost[best]
    ]


def _costs(names: Sequence[str], evidence: Evidence, asked: Asked) -> dict[str, float]:
    """Return what each source costs; nothing where nothing has a price."""
    bills = evidence.bills
    return {
        name: bills[name].total(asked.purse.currency) if name in bills else 0.0 for name in names
    }


def _run_next(source: str, probability: float, reason: str, following: DecidingRuns) -> Verdict:
    return Verdict(
        kind="run-next",
        source=source,
        probability=probability,
        reason=reason,
        runs=following.runs,
    )


def _rival(best: Standing, allowed: Sequence[Standing], control: str | None) -> str:
    """Return the one the best source is least told apart from: the runner-up or the control."""
    others = [s for s in allowed if s is not best]
    if control is not None and (not others or (best.gains or 0.0) < best.best):
        return control
    return max(others, key=lambda s: s.best).source


def _bought(source: str, probability: float, reason: str, evidence: Evidence) -> Verdict:
    return Verdict(
        kind="buy",
        source=source,
        probability=probability,
        reason=reason,
        runs=(),
        bill=evidence.bills.get(source),
    )


def _cannot_tell(source: str | None, probability: float, reason: str) -> Verdict:
    return Verdict(
        kind="cannot-tell", source=source, probability=probability, reason=reason, runs=()
    )


def _finite(draws: Array) -> bool:
    return bool(np.all(np.isfinite(draws)))
