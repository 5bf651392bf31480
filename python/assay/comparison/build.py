"""``compare``: sources at equal total cost, in every currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from assay.checks import positive, share
from assay.comparison.check import check
from assay.comparison.offers import (
    AtCost,
    Field,
    Frontier,
    Offer,
    Plain,
    Priced,
    measured_costs,
)
from assay.comparison.one_budget import single_budget
from assay.comparison.pairs import interval, pair, share_positive
from assay.comparison.records import (
    Comparison,
    CurrencyView,
    Curve,
    Interval,
    SourceSummary,
    Standing,
)
from assay.comparison.verdict import decide
from assay.errors import FitError
from assay.fitting import Backtest, backtest_fits
from assay.fitting.result import FitResult, Flag, quantiles
from assay.laws.law import Array
from assay.units import CURRENCIES, FLOPS_PER_TOKEN, Quantity, Unit

__all__ = ["compare"]

_GRID = 64
_REPEATS_BEYOND = 1.25
_MULTIPLES = np.geomspace(1e-2, 1e2, 81)
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
    held, amount = _place(at)
    offers = _offers(fits, cost, held)
    deciding = _deciding(offers, amount, cost is not None)
    views = [
        _view(offers, control, unit, spend, confidence)
        for unit, spend in _spends(offers, control, deciding).items()
        if spend > 0
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


def _place(
    at: Quantity | float | str | Mapping[str, float] | None,
) -> tuple[dict[str, float], Quantity | float | None]:
    """Split ``at`` into predictors that are held and the amount to decide at."""
    if not isinstance(at, Mapping):
        return {}, Quantity.parse(at) if isinstance(at, str) else at
    unknown = set(at) - {"params", *get_args(Unit)}
    if unknown:
        known = ", ".join(get_args(Unit))
        raise FitError(
            f"at has {', '.join(sorted(map(str, unknown)))}: give params or an amount of {known}"
        )
    given = {name: positive(value, f'at["{name}"]') for name, value in at.items()}
    held = {"params": given["params"]} if "params" in given else {}
    amounts = [Quantity(given[unit], unit) for unit in get_args(Unit) if unit in given]
    if len(amounts) > 1:
        raise FitError(f"at has the amounts {', '.join(map(str, amounts))}: give one")
    if not amounts:
        return held, None
    if held and amounts[0].currency == "tokens":
        flops = FLOPS_PER_TOKEN * held["params"] * amounts[0].amount
        return held, Quantity(flops, "flops")
    return held, amounts[0]


def _offers(
    fits: Mapping[str, FitResult], cost: Mapping[str, Priced] | None, held: Mapping[str, float]
) -> dict[str, AtCost]:
    first = next(iter(fits.values()))
    if held and "params" not in first.x:
        raise FitError(f"at gives params, and the laws read {', '.join(first.x)}: leave it out")
    bought = [name for name in first.x if name not in ("params", "epochs")]
    if len(bought) > 1:
        raise FitError(
            f"the laws read {', '.join(bought)}, and a cost buys one column, such as tokens: "
            "predict with each fit instead"
        )
    if cost is not None:
        if not isinstance(cost, Mapping):
            raise FitError(f"cost is {cost!r}, expected prices by source: assay.read_prices(...)")
        missing = [name for name in fits if name not in cost]
        if missing:
            raise FitError(f"no price is given for {', '.join(missing)}")
        if "tokens" not in first.x:
            raise FitError(f"prices are per token, and the laws read {', '.join(first.x)}")
        if "params" in first.x and not held:
            raise FitError('prices need one model size: give at={"params": ...}')
        for name in fits:
            if not hasattr(cost[name], "total_cost"):
                raise FitError(
                    f"the price of {name} is {cost[name]!r}, expected one of those that "
                    "assay.read_prices(...) returns"
                )
        return {name: Offer(fit, cost[name], held) for name, fit in fits.items()}
    if "params" in first.x and not held:
        return {name: Frontier(fit) for name, fit in fits.items()}
    if "params" in first.x:
        plain = Plain("flops", FLOPS_PER_TOKEN * held["params"])
    else:
        plain = Plain("tokens" if "tokens" in first.x else "cost")
    return {name: Offer(fit, plain, held) for name, fit in fits.items()}


def _deciding(
    offers: Mapping[str, AtCost], amount: Quantity | float | None, priced: bool
) -> Quantity:
    first = next(iter(offers.values()))
    unit: Unit = first.price.unit if isinstance(first.price, Plain) else "usd"
    if amount is None:
        return Quantity(_largest_common(offers, unit), unit)
    if not isinstance(amount, Quantity):
        return Quantity(positive(amount, "at, the amount to decide at,"), unit)
    if not priced and amount.currency != unit:
        raise FitError(f"without prices the sources are compared in {unit}, found {amount}")
    if priced and amount.currency not in CURRENCIES:
        known = ", ".join(CURRENCIES)
        raise FitError(f"with prices the sources are compared in {known}, found {amount}")
    return Quantity(positive(amount.amount, "at, the amount to decide at,"), amount.currency)


def _spends(
    offers: Mapping[str, AtCost], control: str | None, deciding: Quantity
) -> dict[Unit, float]:
    """Return the deciding cost in every unit: that of the control's anneal of the same size."""
    if deciding.currency not in CURRENCIES or control is None:
        return {deciding.currency: deciding.amount}
    price = offers[control].price
    tokens = price.tokens_at(np.array([deciding.amount]), deciding.currency)
    matched = price.total_cost(tokens)
    others: list[Unit] = [unit for unit in CURRENCIES if unit != deciding.currency]
    return {
        deciding.currency: deciding.amount,
        **{unit: float(matched.in_(unit)[0]) for unit in others},
    }


def _largest_common(offers: Mapping[str, AtCost], unit: Unit) -> float:
    spent = [measured_costs(offer, unit)[0] for offer in offers.values()]
    largest = min((float(cost.max()) for cost in spent if len(cost)), default=0.0)
    if largest <= 0:
        raise FitError(
            f"not every source has runs there that cost something in {unit}: name the amount to "
            "decide at"
        )
    return largest


def _fields(offers: Mapping[str, AtCost], cost: Array, currency: Unit) -> dict[str, Field]:
    return {name: offer.at(cost, currency) for name, offer in offers.items()}


def _view(
    offers: Mapping[str, AtCost], control: str | None, unit: Unit, at: float, level: float
) -> CurrencyView:
    spent = {name: measured_costs(offer, unit)[0] for name, offer in offers.items()}
    all_spent = np.concatenate([np.array([at]), *spent.values()])
    cost = np.geomspace(all_spent.min(), all_spent.max(), _GRID)
    grid = _fields(offers, cost, unit)
    here = _fields(offers, np.array([at]), unit)
    wide = _fields(offers, at * _MULTIPLES, unit)
    sources = [name for name in offers if name != control]
    names = sources if control is None else [*sources, control]
    pairs = [
        pair(
            (a, b),
            (here[a], here[b]),
            (grid[a], grid[b]),
            (wide[a], wide[b]),
            (cost, _MULTIPLES),
            level,
        )
        for a, b in combinations(names, 2)
    ]
    base = None if control is None else grid[control]
    return CurrencyView(
        currency=unit,
        at=at,
        cost=tuple(cost.tolist()),
        curves=tuple(
            _curve(name, grid[name], base, float(spent[name].max(initial=0.0)), level)
            for name in offers
        ),
        standings=_standings(sources, here, control, level),
        pairs=tuple(pairs),
        single=single_budget(offers, unit, at),
    )


def _curve(
    name: str, field: Field, control: Field | None, measured_to: float, level: float
) -> Curve:
    both = field.reached & (control.reached if control is not None else False)
    base = control if control is not None else field
    gain = np.where(both, base.loss - field.loss, np.nan)
    loss_lower, loss_upper = _band(field.draws, field.reached, level)
    gain_lower, gain_upper = _band(base.draws - field.draws, both, level)
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
        lower[where], upper[where] = quantiles(draws[:, where], level)
    return lower, upper


def _optional(values: Array) -> tuple[float | None, ...]:
    return tuple(float(v) if np.isfinite(v) else None for v in values)


def _standings(
    sources: Sequence[str], here: Mapping[str, Field], control: str | None, level: float
) -> tuple[Standing, ...]:
    """Return the sources at the deciding cost, the lowest fitted loss first."""
    best = _best({name: here[name] for name in sources})
    base = None if control is None else here[control]
    standings = [_standing(name, here[name], base, best[name], level) for name in sources]
    return tuple(sorted(standings, key=lambda s: np.inf if s.loss.value is None else s.loss.value))


def _standing(
    name: str, field: Field, control: Field | None, best: float, level: float
) -> Standing:
    reached = bool(field.reached[0])
    loss = gain = Interval(None, None, None)
    gains = None if control is None else 0.0
    if reached:
        loss = interval(float(field.loss[0]), field.draws[:, 0], level)
    if reached and control is not None and control.reached[0]:
        drawn = control.draws[:, 0] - field.draws[:, 0]
        gain = interval(float(control.loss[0] - field.loss[0]), drawn, level)
        gains = share_positive(drawn)
    return Standing(
        source=name,
        tokens=float(field.tokens[0]) if reached else None,
        epochs=float(field.epochs[0]) if reached else None,
        loss=loss,
        gain=gain,
        best=best,
        gains=gains,
        decades_beyond=float(field.beyond[0]) if reached else None,
    )


def _best(here: Mapping[str, Field]) -> dict[str, float]:
    """Return the probability of each source having the lowest loss; ties are shared."""
    losses = np.stack([field.draws[:, 0] for field in here.values()])
    losses = np.where(np.isnan(losses), np.inf, losses)
    lowest = (losses == losses.min(axis=0)) & np.isfinite(losses)
    shares = (lowest / np.maximum(lowest.sum(axis=0), 1)).mean(axis=1)
    return dict(zip(here, shares.tolist(), strict=True))


def _summary(offer: AtCost, here: Field) -> SourceSummary:
    result, withheld = offer.fit, offer.fit.withheld
    return SourceSummary(
        source=result.source,
        law=result.law,
        status=result.status,
        withheld_error=withheld.relative if withheld else None,
        withheld_nats=withheld.nats if withheld else None,
        flags=(*result.warnings, *_beyond_epochs(offer, float(here.epochs[0]))),
    )


def _beyond_epochs(offer: AtCost, epochs: float) -> list[Flag]:
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
