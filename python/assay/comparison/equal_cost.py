"""``compare``: sources at equal total cost, in every currency, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from assay.checks import not_negative, positive, share, whole
from assay.comparison.check import check, check_supply
from assay.comparison.currency_view import currency_view
from assay.comparison.fixed_anneal import REPEATS_BEYOND, AnnealSetting
from assay.comparison.fixed_spend import SpendSetting
from assay.comparison.guard_limit import GuardLimit, barred, keeping
from assay.comparison.looks import enough
from assay.comparison.offers import AnyOffer, AtCosts, Offer, offers_of
from assay.comparison.prices import Plain, Priced
from assay.comparison.purchases import purchases
from assay.comparison.records import SourceSummary
from assay.comparison.result import Comparison
from assay.comparison.setting import Setting
from assay.comparison.spends import deciding_amount, read_place, spends
from assay.comparison.standings import standings
from assay.comparison.verdict import Asked, Evidence, decide
from assay.errors import FitError
from assay.fitting.back_test import backtest_fits
from assay.fitting.records import Flag
from assay.fitting.result import FitResult
from assay.fitting.withheld import Backtest
from assay.units import Currency, Quantity

__all__ = ["compare"]

_BACKTEST_RESAMPLES = 200


def compare(
    fits: Mapping[str, FitResult],
    at: Quantity | float | str | Mapping[str, float] | None = None,
    cost: Mapping[str, Priced] | None = None,
    control: str | None = None,
    confidence: float = 0.95,
    *,
    anneal_tokens: float | None = None,
    currency: Currency = "usd",
    least_gain: float = 0.0,
    guard: GuardLimit | None = None,
    purse: float | None = None,
    looks: int = 1,
    reach: Mapping[str, float] | None = None,
) -> Comparison:
    """Compare sources at equal total cost, and decide.

    Parameters
    ----------
    fits
        Laws of the sources (and the control, if there is one), measured on one evaluation set. Of a
        score that rises, its error ``1 - y`` is compared.
    at
        Where to decide. An amount (a number in the unit that leads, a text such as ``"40 USD"``, or
        a :class:`assay.units.Quantity`), or names with numbers: the model size ``params`` that
        tokens are bought for, and one amount (``tokens``, ``usd``, ``flops``, ...). By default the
        largest cost at which all were measured. Laws in parameters and tokens are compared at the
        compute frontier (each source at its own best model size) unless ``params`` is given.
    cost
        The price of each source by name (see :func:`assay.read_prices`). Without it every
        token costs the same: the amount is trained tokens, the column ``cost``, or training
        FLOPs.
    control
        Name of the matched anneal on replay alone; by default ``control``, if it was fitted.
        Without one, sources are compared with each other only.
    confidence
        Level of all intervals. A source is called better if the interval of the difference leaves
        zero out, that is with probability ``(1 + confidence) / 2``.
    anneal_tokens
        Length of the final anneal, in trained tokens, if that is fixed whatever is bought; then
        ``at`` may hold ``params`` alone. How much text to buy is worked out, and what the money
        for text could do elsewhere is counted (see :mod:`assay.comparison.fixed_anneal`).
    currency
        Currency to decide in where ``anneal_tokens`` is given; ``at`` has one of its own.
    least_gain
        Sources that differ by less are tied, in nats per token.
    guard
        The limit of the guard loss, if it binds.
    purse
        The most that further runs may cost together, in the deciding currency; by default the
        deciding cost.
    looks
        How many times this was decided, each time on new measurements, this time counted.
    reach
        Trained tokens of the longest run that the text at hand fills, by source; by default what
        the price allows.

    Raises
    ------
    FitError
        If a price or the control is missing, the laws read different columns, were measured on
        different evaluation sets, or have no, or unequal numbers of, resamples.
    StudyError
        If an amount cannot be read.

    Examples
    --------
    >>> import assay
    >>> tokens = [1e6, 2e6, 4e6, 8e6, 16e6]
    >>> web, books = ([floor + 40.0 * t**-0.3 for t in tokens] for floor in (2.2, 2.0))
    >>> runs = {"source": ["web"] * 5 + ["books"] * 5, "tokens": 2 * tokens, "loss": web + books}
    >>> comparison = assay.compare(assay.fit(runs, resamples=50), at=1e8)
    >>> comparison.verdict.kind, comparison.verdict.source
    ('buy', 'books')
    """
    control, confidence = check(fits, control), share(confidence, "confidence")
    looks, least_gain = whole(looks, "looks", 1), not_negative(least_gain, "least_gain")
    rising = next((result.y for result in fits.values() if result.rises), None)
    fits = {name: result.falling for name, result in fits.items()}
    held, amount = read_place(at)
    offers = offers_of(fits, cost, held)
    check_supply(offers)
    if anneal_tokens is not None:
        anneal_tokens = positive(anneal_tokens, "anneal_tokens")
    setting = _setting(offers, amount, anneal_tokens, currency, cost is not None)
    sources = [name for name in offers if name != control]
    keeps = keeping(guard, setting.here)
    excluded = barred(keeps, control)
    scores = {
        name: np.full_like(drawn, np.inf) if name in excluded else drawn
        for name, drawn in setting.scores.items()
    }
    found = standings(sources, setting.here, scores, control, confidence)
    deciding = setting.spent(found[0].source)
    views = [
        currency_view(offers, control, unit, spend, confidence)
        for unit, spend in spends(offers, control, deciding).items()
        if spend > 0
    ]
    length = None if anneal_tokens is None else f"an anneal of {anneal_tokens:,.0f} tokens"
    asked = Asked(
        at=length or str(deciding),
        purse=deciding if purse is None else Quantity(purse, deciding.currency),
        confidence=confidence,
        enough=enough(confidence, looks),
        least_gain=least_gain,
        reach=reach or {},
    )
    evidence = Evidence(
        offers=offers,
        control=control,
        standings=found,
        scores=scores,
        bills=setting.bills,
        keeps=keeps,
        barred=excluded,
    )
    return Comparison(
        control=control,
        currency=deciding.currency,
        confidence=confidence,
        verdict=decide(evidence, asked),
        views=(replace(views[0], standings=found), *views[1:]),
        sources=tuple(_summary(offer, setting.here[name]) for name, offer in offers.items()),
        backtest=_backtest(fits, confidence),
        purchases=purchases(setting, scores, found, control, keeps, confidence),
        question="spend" if anneal_tokens is None else "anneal",
        anneal_tokens=anneal_tokens,
        least_gain=least_gain,
        looks=looks,
        rising=rising,
    )


def _setting(
    offers: Mapping[str, AnyOffer],
    amount: Quantity | float | None,
    anneal_tokens: float | None,
    currency: Currency,
    priced: bool,
) -> Setting:
    """Work out what is asked: at one total cost, or for one length of the final anneal."""
    if anneal_tokens is None:
        return SpendSetting(offers, deciding_amount(offers, amount, priced))
    if amount is not None:
        raise FitError(
            f"at gives {amount} and anneal_tokens {anneal_tokens:g}: the total cost or the length "
            "can be fixed, not both"
        )
    bought = {name: offer for name, offer in offers.items() if isinstance(offer, Offer)}
    if len(bought) < len(offers):
        raise FitError('anneal_tokens needs one model size: give at={"params": ...}')
    if priced:
        return AnnealSetting(bought, anneal_tokens, currency)
    # Without prices all text is free, and an anneal of one length costs the same on any source.
    [spent] = {
        float(offer.price.total_cost(np.array(anneal_tokens)).in_(offer.price.unit))
        for offer in bought.values()
        if isinstance(offer.price, Plain)
    }
    return SpendSetting(offers, deciding_amount(offers, spent, priced))


def _summary(offer: AnyOffer, here: AtCosts) -> SourceSummary:
    result, withheld = offer.fit, offer.fit.withheld
    return SourceSummary(
        source=result.source,
        law=result.law,
        status=result.status,
        withheld_error=withheld.relative if withheld else None,
        withheld_nats=withheld.nats if withheld else None,
        flags=(*result.warnings, *_beyond_epochs(offer, float(here.epochs[0]))),
    )


def _beyond_epochs(offer: AnyOffer, epochs: float) -> list[Flag]:
    """Warn where the deciding cost repeats a source more than any run did (NaN: out of reach)."""
    measured = float(np.max(offer.fit.points.columns.get("epochs", np.ones(1))))
    if not epochs > REPEATS_BEYOND * measured:
        return []
    text = (
        f"the deciding cost repeats the source {epochs:.1f} times, and no run repeated it more "
        f"than {measured:.1f} times: its loss there is a guess"
    )
    return [Flag("epochs-beyond-data", text)]


def _backtest(fits: Mapping[str, FitResult], level: float) -> Backtest | None:
    try:
        return backtest_fits(fits, _BACKTEST_RESAMPLES, level)
    except FitError:
        return None
