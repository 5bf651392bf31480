"""``compare``: sources at equal total cost, in every currency."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assay.compare.pairs import interval, pair, share_positive
from assay.compare.reach import Field, Offer, Priced, measured_costs
from assay.compare.records import (
    Comparison,
    CurrencyView,
    Curve,
    Interval,
    SourceSummary,
    Standing,
)
from assay.compare.single import single_budget
from assay.compare.verdict import decide
from assay.errors import FitError
from assay.fit.result import FitResult, Flag
from assay.laws.law import Array
from assay.records import CONTROL
from assay.uncertainty import Backtest, backtest_fits
from assay.units import CURRENCIES, Currency, Quantity

__all__ = ["compare"]

_GRID = 64
_REPEATS_BEYOND = 1.25
_MULTIPLES = np.geomspace(1e-2, 1e2, 81)
_BACKTEST_RESAMPLES = 200


def compare(
    fits: Mapping[str, FitResult],
    priced: Mapping[str, Priced],
    control: str = CONTROL,
    at: Quantity | None = None,
    confidence: float = 0.95,
) -> Comparison:
    """Compare sources at equal total cost, and decide.

    Parameters
    ----------
    fits
        Laws in tokens (and epochs), of the sources and the control.
    priced
        The price of each of them, by name.
    control
        Name of the matched anneal on replay alone.
    at
        The total cost at which to decide. By default, in USD, the largest at which all were
        measured. In the other currencies the decision is taken at the cost of the control's
        anneal of that size.
    confidence
        Probability at which a claim is made; also the level of all intervals.

    Raises
    ------
    FitError
        If a price or the control is missing, laws are not in tokens, were measured on different
        evaluation sets, or have no, or unequal numbers of, resamples.
    """
    _check(fits, priced, control)
    offers = {name: Offer(result, priced[name]) for name, result in fits.items()}
    deciding = at or _default_budget(offers)
    tokens = offers[control].price.tokens_at(np.array([deciding.amount]), deciding.currency)
    matched = offers[control].price.total_cost(tokens)
    order = sorted(CURRENCIES, key=lambda currency: currency != deciding.currency)
    costs = {currency: float(matched.in_(currency)[0]) for currency in order}
    costs[deciding.currency] = deciding.amount
    views = [
        _view(offers, control, currency, cost, confidence)
        for currency, cost in costs.items()
        if cost > 0
    ]
    here = _fields(offers, np.array([deciding.amount]), deciding.currency)
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


def _check(fits: Mapping[str, FitResult], priced: Mapping[str, Priced], control: str) -> None:
    if control not in fits:
        raise FitError(f'the control "{control}" was not fitted, found {", ".join(fits)}')
    if len(fits) < 2:
        raise FitError("there is no source to compare with the control")
    missing = [name for name in fits if name not in priced]
    if missing:
        raise FitError(f"no price is given for {', '.join(missing)}")
    sets = {r.evaluation_sha256 for r in fits.values()} - {None}
    if len(sets) > 1:
        raise FitError(
            f"the sources were measured on {len(sets)} different evaluation sets: "
            "measure all on one"
        )
    for name, result in fits.items():
        if result.x[0] != "tokens" or result.x[1:] not in ((), ("epochs",)):
            raise FitError(f'the law of "{name}" is in {", ".join(result.x)}: fit x=["tokens"]')
    counts = {len(result.draws) for result in fits.values()}
    if len(counts) > 1 or counts == {0}:
        raise FitError(
            f"the fits have {', '.join(map(str, sorted(counts)))} resamples: "
            "fit all with one number of them, above 0"
        )


def _default_budget(offers: Mapping[str, Offer]) -> Quantity:
    largest = min(float(measured_costs(offer, "usd")[0].max()) for offer in offers.values())
    if largest <= 0:
        raise FitError("the runs cost nothing in USD: name the total cost to decide at")
    return Quantity(largest, "usd")


def _fields(offers: Mapping[str, Offer], cost: Array, currency: Currency) -> dict[str, Field]:
    return {name: offer.at(cost, currency) for name, offer in offers.items()}


def _view(
    offers: Mapping[str, Offer], control: str, currency: Currency, at: float, level: float
) -> CurrencyView:
    spent = [measured_costs(offer, currency)[0] for offer in offers.values()]
    largest = max(at, *(float(cost.max()) for cost in spent))
    cost = np.geomspace(min(at, *(float(cost.min()) for cost in spent)), largest, _GRID)
    grid = _fields(offers, cost, currency)
    here = _fields(offers, np.array([at]), currency)
    wide = _fields(offers, at * _MULTIPLES, currency)
    sources = {name: offer for name, offer in offers.items() if name != control}
    pairs = [
        pair((a, b), (here[a], here[b]), (grid[a], grid[b]), wide[b], (cost, _MULTIPLES), level)
        for a, b in combinations((*sources, control), 2)
    ]
    return CurrencyView(
        currency=currency,
        at=at,
        cost=tuple(cost.tolist()),
        curves=tuple(
            _curve(name, grid[name], grid[control], float(spent[i].max()), level)
            for i, name in enumerate(offers)
        ),
        standings=_standings(sources, here, here[control], level),
        pairs=tuple(pairs),
        single=single_budget(offers, currency, at),
    )


def _curve(name: str, field: Field, control: Field, measured_to: float, level: float) -> Curve:
    both = field.reached & control.reached
    gain = np.where(both, control.loss - field.loss, np.nan)
    loss_lower, loss_upper = _band(field.draws, field.reached, level)
    gain_lower, gain_upper = _band(control.draws - field.draws, both, level)
    return Curve(
        source=name,
        tokens=_optional(field.tokens),
        epochs=_optional(field.epochs),
        loss=_optional(field.loss),
        loss_lower=_optional(loss_lower),
        loss_upper=_optional(loss_upper),
        gain=_optional(gain),
        gain_lower=_optional(gain_lower),
        gain_upper=_optional(gain_upper),
        measured_to=measured_to,
    )


def _band(draws: Array, where: NDArray[np.bool_], level: float) -> tuple[Array, Array]:
    lower, upper = np.full(draws.shape[1], np.nan), np.full(draws.shape[1], np.nan)
    if where.any():
        tails = [(1.0 - level) / 2, (1.0 + level) / 2]
        lower[where], upper[where] = np.quantile(draws[:, where], tails, axis=0)
    return lower, upper


def _optional(values: Array) -> tuple[float | None, ...]:
    return tuple(float(v) if np.isfinite(v) else None for v in values)


def _standings(
    sources: Mapping[str, Offer], here: Mapping[str, Field], control: Field, level: float
) -> tuple[Standing, ...]:
    """Return the sources at the deciding cost, the lowest fitted loss first."""
    best = _best({name: here[name] for name in sources})
    out = []
    for name, offer in sources.items():
        field = here[name]
        loss = gain = Interval(None, None, None)
        gains, beyond, reached = 0.0, None, bool(field.reached[0])
        if reached:
            x = {"tokens": field.tokens, "epochs": field.epochs}
            beyond = float(offer.fit.decades_outside(x)[0])
            loss = interval(float(field.loss[0]), field.draws[:, 0], level)
        if reached and control.reached[0]:
            drawn = control.draws[:, 0] - field.draws[:, 0]
            gain = interval(float(control.loss[0] - field.loss[0]), drawn, level)
            gains = share_positive(drawn)
        out.append(
            Standing(
                source=name,
                tokens=float(field.tokens[0]) if reached else None,
                epochs=float(field.epochs[0]) if reached else None,
                loss=loss,
                gain=gain,
                best=best[name],
                gains=gains,
                decades_beyond=beyond,
            )
        )
    return tuple(sorted(out, key=lambda s: np.inf if s.loss.value is None else s.loss.value))


def _best(here: Mapping[str, Field]) -> dict[str, float]:
    """Return the probability of each source having the lowest loss; ties are shared."""
    losses = np.stack([field.draws[:, 0] for field in here.values()])
    losses = np.where(np.isnan(losses), np.inf, losses)
    lowest = (losses == losses.min(axis=0)) & np.isfinite(losses)
    shares = (lowest / np.maximum(lowest.sum(axis=0), 1)).mean(axis=1)
    return dict(zip(here, shares.tolist(), strict=True))


def _summary(offer: Offer, here: Field) -> SourceSummary:
    result, withheld = offer.fit, offer.fit.withheld
    return SourceSummary(
        source=result.source,
        law=result.law,
        status=result.status,
        withheld_error=withheld.relative if withheld else None,
        withheld_nats=withheld.nats if withheld else None,
        flags=(*result.warnings, *_beyond_epochs(offer, float(here.epochs[0]))),
    )


def _beyond_epochs(offer: Offer, epochs: float) -> list[Flag]:
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
