"""``compare``: sources at equal total cost, in every currency, and the decision."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assay.checks import share
from assay.comparison.check import check
from assay.comparison.currency_view import currency_view
from assay.comparison.offers import AnyOffer, AtCosts, at_costs, offers_of
from assay.comparison.prices import Priced
from assay.comparison.records import SourceSummary
from assay.comparison.result import Comparison
from assay.comparison.spends import deciding_amount, read_place, spends
from assay.comparison.verdict import decide
from assay.errors import FitError
from assay.fitting.back_test import backtest_fits
from assay.fitting.records import Flag
from assay.fitting.result import FitResult
from assay.fitting.withheld import Backtest
from assay.units import Quantity

__all__ = ["compare"]

_REPEATS_BEYOND = 1.25
"""A cost that repeats a source this many times as often as any run did is warned of."""
_BACKTEST_RESAMPLES = 200


def compare(
    fits: Mapping[str, FitResult],
    at: Quantity | float | str | Mapping[str, float] | None = None,
    cost: Mapping[str, Priced] | None = None,
    control: str | None = None,
    confidence: float = 0.95,
) -> Comparison:
    """Compare sources at equal total cost, and decide.

    Parameters
    ----------
    fits
        Laws of the sources (and the control, if there is one), measured on one evaluation set.
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
    held, amount = read_place(at)
    offers = offers_of(fits, cost, held)
    deciding = deciding_amount(offers, amount, cost is not None)
    views = [
        currency_view(offers, control, unit, spend, confidence)
        for unit, spend in spends(offers, control, deciding).items()
        if spend > 0
    ]
    here = at_costs(offers, np.array([deciding.amount]), deciding.currency)
    verdict = decide(
        offers, control, views[0].standings, here, deciding.currency, deciding.amount, confidence
    )
    return Comparison(
        control=control,
        currency=deciding.currency,
        confidence=confidence,
        verdict=verdict,
        views=tuple(views),
        sources=tuple(_summary(offer, here[name]) for name, offer in offers.items()),
        backtest=_backtest(fits, confidence),
    )


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
    if not epochs > _REPEATS_BEYOND * measured:
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
