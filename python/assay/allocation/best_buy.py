"""``allocate``: how much of each source to buy, under all limits at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assay.allocation.interactions import blends_of
from assay.allocation.members import Member, members_of, offered
from assay.allocation.program import Mix
from assay.allocation.proposal import untried_pair
from assay.allocation.records import Portion, Single
from assay.allocation.result import Allocation
from assay.allocation.search import FixedLength, FixedTotal, Limits, Question, Search
from assay.allocation.words import assumptions, reason
from assay.checks import not_negative, positive, share
from assay.comparison.check import check
from assay.comparison.fixed_anneal import AnnealSetting
from assay.comparison.guard_limit import GuardLimit
from assay.comparison.intervals import interval, share_positive
from assay.comparison.offers import Offer
from assay.comparison.records import Interval
from assay.comparison.spends import deciding_amount, read_place
from assay.errors import FitError
from assay.fitting.result import FitResult
from assay.laws.law import Array
from assay.sources import PricedSource
from assay.units import CURRENCIES, Currency, Quantity, Unit

__all__ = ["allocate"]

_SAME = 1e-6
"""Expected losses closer than this, in nats, are the same."""


def allocate(
    fits: Mapping[str, FitResult],
    cost: Mapping[str, PricedSource],
    at: Quantity | float | str | Mapping[str, float] | None = None,
    control: str | None = None,
    confidence: float = 0.95,
    *,
    anneal_tokens: float | None = None,
    text_limit: Quantity | float | str | None = None,
    currency: Currency = "usd",
    least_gain: float = 0.0,
    blends: Mapping[str, Mapping[str, float]] | None = None,
    guard: GuardLimit | None = None,
) -> Allocation:
    """Decide how much of each source to buy.

    The expected loss of the final anneal is minimised over the shares of the sources, how often
    each is repeated and, at a fixed total cost, the length, under caps, limits of epochs, fixed
    fees, prices by volume and the limit of the guard. Replay may take the place of bought text.

    Parameters
    ----------
    fits
        Laws of the sources, of the control, and of blends that were run, in trained tokens.
    cost
        The price of each source and of the control by name (see :func:`assay.read_prices`).
    at
        What may be spent in total, as for :func:`assay.compare`.
    control
        Name of the matched anneal on replay alone; by default ``control``, if it was fitted.
    confidence
        Level of all intervals.
    anneal_tokens
        Length of the final anneal, in trained tokens, if that is fixed; then ``at`` may hold
        ``params`` alone, and what the money for text could do elsewhere is counted, as in
        :func:`assay.compare`.
    text_limit
        Most that text may cost where the length is fixed; by default nothing limits it.
    currency
        Currency of the decision where the length is fixed and ``text_limit`` names none.
    least_gain
        The purchase of the fewest sources that is no worse than this is taken, in nats per token.
    blends
        The fits that are of blends: shares of the members, of the candidate part, by name.
    guard
        The limit of the guard loss, with its laws, if it binds.

    Raises
    ------
    FitError
        If a price is missing, a blend was not fitted or has members that are not sources, the
        fits cannot be compared, or no purchase keeps all limits.
    StudyError
        If an amount cannot be read.

    Examples
    --------
    >>> import assay
    >>> from assay.sources import PricedSource, SupplyCurve, Tier
    >>> from assay.units import Cost
    >>> tokens = [1e6, 2e6, 4e6, 8e6, 16e6]
    >>> floors = {"books": 2.0, "web": 2.1, "control": 2.4}
    >>> rows = [(name, t, floor + 40.0 * t**-0.3) for name, floor in floors.items() for t in tokens]
    >>> columns = zip(("source", "tokens", "loss"), zip(*rows, strict=True), strict=True)
    >>> fits = assay.fit(dict(columns), resamples=50)
    >>> def price(name, cap, share=0.5):
    ...     return PricedSource(name=name, supply=SupplyCurve(Cost(), (), cap), epochs_max=1.0,
    ...                         training_per_token=Cost(usd=1e-6), candidate_share=share)
    >>> prices = {"books": price("books", 1e6), "web": price("web", 1e9),
    ...           "control": price("control", 0.0, share=0.0)}
    >>> bought = assay.allocate(fits, prices, at="8 USD").bought
    >>> [(one.source, f"{one.share:.0%}", f"{one.unique:.3g}") for one in bought]
    [('web', '75%', '3e+06'), ('books', '25%', '9.99e+05')]
    """
    control, confidence = check(fits, control), share(confidence, "confidence")
    fits = {name: result.falling for name, result in fits.items()}
    least_gain = not_negative(least_gain, "least_gain")
    mixtures = {} if blends is None else dict(blends)
    alone = {name: fit for name, fit in fits.items() if name not in mixtures}
    offers, prices = offered(alone, cost, at)
    question, unit, limit = _question(offers, prices, at, anneal_tokens, text_limit, currency)
    members = members_of(offers, prices, control, _guards(guard, alone))
    search = Search(members, blends_of(members, fits, mixtures), question, unit)
    ceiling = None if guard is None else guard.base + guard.limit
    best = search.best(Limits(guard=ceiling))
    single = search.best(Limits(most_sources=1, guard=ceiling))
    if best is None or single is None:
        raise FitError(_impossible(control, guard))
    chosen = _simplest(search, best, single, ceiling, least_gain)
    asked = _Asked(control, unit, confidence, limit, least_gain, ceiling)
    return _result(search, asked, chosen, single, simpler=chosen is not best)


@dataclass(frozen=True)
class _Asked:
    control: str | None
    unit: Unit
    confidence: float
    limit: float | None
    least_gain: float
    ceiling: float | None


def _question(
    offers: Mapping[str, Offer],
    prices: Mapping[str, PricedSource],
    at: Quantity | float | str | Mapping[str, float] | None,
    anneal_tokens: float | None,
    text_limit: Quantity | float | str | None,
    currency: Currency,
) -> tuple[Question, Unit, float | None]:
    """Return what is asked, the deciding currency, and what may be spent."""
    _, amount = read_place(at)
    training = next(iter(prices.values())).training_per_token
    if anneal_tokens is None:
        if text_limit is not None:
            raise FitError(
                f"text_limit is {text_limit}, and no anneal_tokens is given: with a fixed total "
                "cost leave it out"
            )
        spent = deciding_amount(offers, amount, priced=True)
        longest = max(float(o.fit.points.columns[o.axis].max()) for o in offers.values())
        question = FixedTotal(spent.amount, float(training.in_(spent.currency)), longest)
        return question, spent.currency, spent.amount
    length = positive(anneal_tokens, "anneal_tokens")
    if amount is not None:
        raise FitError(
            f"at gives {amount} and anneal_tokens {length:g}: the total cost or the length can be "
            "fixed, not both; text_limit limits what text may cost"
        )
    most = Quantity.parse(text_limit) if isinstance(text_limit, str) else text_limit
    unit: Unit = most.currency if isinstance(most, Quantity) else currency
    if unit not in CURRENCIES:
        raise FitError(f"text_limit is {most}, expected an amount of {', '.join(CURRENCIES)}")
    sum_ = most.amount if isinstance(most, Quantity) else most
    limit = None if sum_ is None else not_negative(sum_, "text_limit")
    setting = AnnealSetting(offers, length, unit)
    most_money = np.inf if limit is None else limit
    return FixedLength(length, most_money, setting.other_use), unit, limit


def _guards(
    guard: GuardLimit | None, fits: Mapping[str, FitResult]
) -> Mapping[str, FitResult] | None:
    if guard is None:
        return None
    missing = [name for name in fits if name not in guard.fits]
    if missing:
        raise FitError(f"the guard has a limit, and no guard loss is fitted of {missing[0]}")
    return guard.fits


def _impossible(control: str | None, guard: GuardLimit | None) -> str:
    if guard is not None:
        return (
            f"nothing keeps the guard loss within {guard.limit:g} nats of the base: raise the "
            "limit of the guard, or the share of replay in the runs"
        )
    if control is None:
        return (
            "no purchase fills the candidate part: raise the amount or a cap, or fit the control, "
            "so that replay can take the place of text"
        )
    return "the amount buys less training than any run had: raise it"


def _simplest(
    search: Search, best: Mix, single: Mix, ceiling: float | None, least_gain: float
) -> Mix:
    """Return the purchase of the fewest sources that is within the least gain of the best."""
    enough = search.expected(best) + max(least_gain, _SAME)
    if search.expected(single) <= enough:
        return best if _sources(search, best) == _sources(search, single) else single
    if least_gain == 0.0:
        return best
    for most in range(2, len(_sources(search, best))):
        found = search.best(Limits(most_sources=most, guard=ceiling))
        if found is not None and search.expected(found) <= enough:
            return found
    return best


def _sources(search: Search, mix: Mix) -> list[str]:
    return [
        one.name
        for one, part in zip(search.members, mix.shares, strict=True)
        if one.candidate and part > 0
    ]


def _result(search: Search, asked: _Asked, mix: Mix, single: Mix, *, simpler: bool) -> Allocation:
    losses, scores = search.losses(mix), search.scores(mix)
    regret = search.scores(single) - scores
    better = share_positive(regret) if _sources(search, mix) != _sources(search, single) else 0.5
    told_apart = better >= (1.0 + asked.confidence) / 2
    control = search.control_scores()
    bought = _sources(search, mix)
    alone = _single(search, asked, single, control)
    portions = _portions(search, mix)
    training = search.members[0].price.training_cost(np.array(mix.tokens))
    return Allocation(
        control=asked.control,
        currency=asked.unit,
        confidence=asked.confidence,
        question="anneal" if isinstance(search.question, FixedLength) else "spend",
        limit=asked.limit,
        least_gain=asked.least_gain,
        tokens=mix.tokens,
        portions=portions,
        text={unit: sum(one.text[unit] for one in portions) for unit in CURRENCIES},
        training={unit: float(training.in_(unit)) for unit in CURRENCIES},
        loss=_interval(losses, asked.confidence),
        gain=None if control is None else _interval(control - scores, asked.confidence),
        single=alone,
        single_regret=_interval(regret, asked.confidence),
        better=better,
        keeps_guard=_keeps(search, mix, asked.ceiling),
        reason=reason(bought, alone.source, better, told_apart=told_apart, simpler=simpler),
        assumptions=tuple(assumptions(search, mix)),
        untried={} if len(bought) > 1 else untried_pair(search, mix),
    )


def _single(search: Search, asked: _Asked, mix: Mix, control: Array | None) -> Single:
    taken = [i for i, one in enumerate(search.members) if one.candidate and mix.shares[i] > 0]
    place = taken[0] if taken else len(search.members) - 1
    one = search.members[place]
    spent = one.text(float(mix.unique[place]))[asked.unit]
    training = one.price.training_cost(np.array(mix.tokens)).in_(asked.unit)
    gain = None
    if control is not None:
        gain = _interval(control - search.scores(mix), asked.confidence)
    return Single(
        source=one.name,
        share=float(mix.shares[place]),
        unique=float(mix.unique[place]),
        epochs=float(mix.epochs[place]),
        tokens=mix.tokens,
        total=spent + float(training),
        gain=gain,
    )


def _portions(search: Search, mix: Mix) -> tuple[Portion, ...]:
    found = [
        _portion(one, float(mix.shares[i]), float(mix.unique[i]), float(mix.epochs[i]))
        for i, one in enumerate(search.members)
        if mix.shares[i] > 0
    ]
    return tuple(sorted(found, key=lambda portion: -portion.share))


def _portion(one: Member, part: float, unique: float, epochs: float) -> Portion:
    return Portion(source=one.name, share=part, unique=unique, epochs=epochs, text=one.text(unique))


def _keeps(search: Search, mix: Mix, ceiling: float | None) -> float | None:
    if ceiling is None:
        return None
    return float(np.mean(search.guard_losses(mix) <= ceiling))


def _interval(draws: Array, level: float) -> Interval:
    return interval(float(draws.mean()), draws, level)
