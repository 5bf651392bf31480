"""Where sources are compared: the amount to decide at, and what it is in every currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import numpy as np

from assay.checks import positive
from assay.comparison.offers import AnyOffer, measured_costs
from assay.comparison.prices import Plain
from assay.errors import FitError
from assay.units import CURRENCIES, FLOPS_PER_TOKEN, Quantity, Unit

__all__ = ["deciding_amount", "read_place", "spends"]


def read_place(
    at: Quantity | float | str | Mapping[str, float] | None,
) -> tuple[dict[str, float], Quantity | float | None]:
    """Split the argument ``at`` of ``compare`` into held predictors and the amount to decide at.

    Raises
    ------
    FitError
        If a name is unknown, a value is not a positive number, or there is more than one amount.
    """
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


def deciding_amount(
    offers: Mapping[str, AnyOffer], amount: Quantity | float | None, priced: bool
) -> Quantity:
    """Return the amount to decide at; by default the largest at which all were measured.

    Raises
    ------
    FitError
        If ``amount`` is not positive, or in a currency in which these offers have no price.
    """
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


def spends(
    offers: Mapping[str, AnyOffer], control: str | None, deciding: Quantity
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


def _largest_common(offers: Mapping[str, AnyOffer], unit: Unit) -> float:
    spent = [measured_costs(offer, unit)[0] for offer in offers.values()]
    largest = min((float(cost.max()) for cost in spent if len(cost)), default=0.0)
    if largest <= 0:
        raise FitError(
            f"not every source has runs there that cost something in {unit}: name the amount to "
            "decide at"
        )
    return largest
