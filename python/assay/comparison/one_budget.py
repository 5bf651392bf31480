"""The ranking that one budget alone gives: the baseline that every law has to beat."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assay.comparison.offers import AnyOffer, measured_costs
from assay.comparison.records import SingleBudget
from assay.units import Unit

__all__ = ["single_budget"]


def single_budget(offers: Mapping[str, AnyOffer], currency: Unit, at: float) -> SingleBudget | None:
    """Rank sources by measured loss at the largest total cost that all were measured at.

    That cost is at most the deciding cost ``at``. Sources first measured above it are left out.
    """
    tables = {name: measured_costs(offer, currency) for name, offer in offers.items()}
    paid = {name: cost > 0.0 for name, (cost, _) in tables.items()}
    tables = {name: (cost[paid[name]], loss[paid[name]]) for name, (cost, loss) in tables.items()}
    tables = {name: table for name, table in tables.items() if len(table[0])}
    starts = [cost[0] for cost, _ in tables.values() if cost[0] <= at]
    if len(starts) < 2:
        return None
    tables = {name: table for name, table in tables.items() if table[0][0] <= at}
    spend = min(at, *(cost[-1] for cost, _ in tables.values()))
    losses = {
        name: float(np.interp(np.log(spend), np.log(cost), means))
        for name, (cost, means) in tables.items()
        if cost[0] <= spend
    }
    if len(losses) < 2:
        return None
    return SingleBudget(cost=float(spend), losses=dict(sorted(losses.items(), key=lambda i: i[1])))
