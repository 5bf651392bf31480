"""Everything at equal total cost in one currency: curves, standings, pairs, one budget."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from assay.comparison.intervals import band
from assay.comparison.offers import AnyOffer, AtCosts, at_costs, measured_costs
from assay.comparison.one_budget import single_budget
from assay.comparison.pairs import pair
from assay.comparison.records import CurrencyView, Curve
from assay.comparison.setting import scored
from assay.comparison.standings import standings
from assay.laws.law import Array
from assay.units import Unit

__all__ = ["currency_view"]

_GRID = 64
"""Costs at which curves are evaluated and crossings are looked for."""
_MULTIPLES = np.geomspace(1e-2, 1e2, 81)
"""Multiples of the deciding cost over which cost multipliers are looked for."""


def currency_view(
    offers: Mapping[str, AnyOffer], control: str | None, unit: Unit, at: float, level: float
) -> CurrencyView:
    """Compare all offers in ``unit``: at the cost ``at``, and over all costs that were measured."""
    spent = {name: measured_costs(offer, unit)[0] for name, offer in offers.items()}
    all_spent = np.concatenate([np.array([at]), *spent.values()])
    paid = all_spent[all_spent > 0.0]  # where training is free, a run on free text costs nothing
    cost = np.geomspace(paid.min(), paid.max(), _GRID)
    # All at once: drawing losses costs more than reading them.
    every = at_costs(offers, np.concatenate([cost, [at], at * _MULTIPLES]), unit)
    grid = {name: one.part(0, _GRID) for name, one in every.items()}
    here = {name: one.part(_GRID, _GRID + 1) for name, one in every.items()}
    wide = {name: one.part(_GRID + 1, len(one.loss)) for name, one in every.items()}
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
            len(names) * (len(names) - 1) // 2,
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
        standings=standings(
            sources, here, {name: scored(one) for name, one in here.items()}, control, level
        ),
        pairs=tuple(pairs),
        single=single_budget(offers, unit, at),
    )


def _curve(
    name: str, at_cost: AtCosts, control: AtCosts | None, measured_to: float, level: float
) -> Curve:
    both = at_cost.reached & (control.reached if control is not None else False)
    base = control if control is not None else at_cost
    gain = np.where(both, base.loss - at_cost.loss, np.nan)
    loss_lower, loss_upper = band(at_cost.draws, at_cost.reached, level)
    gain_lower, gain_upper = band(base.draws - at_cost.draws, both, level)
    return Curve(
        source=name,
        tokens=_optional(at_cost.tokens),
        epochs=_optional(at_cost.epochs),
        loss=_optional(at_cost.loss),
        loss_lower=_optional(loss_lower),
        loss_upper=_optional(loss_upper),
        gain=_optional(gain),
        gain_lower=_optional(gain_lower),
        gain_upper=_optional(gain_upper),
        measured_to=measured_to,
    )


def _optional(values: Array) -> tuple[float | None, ...]:
    return tuple(float(v) if np.isfinite(v) else None for v in values)
