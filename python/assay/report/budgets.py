"""Which source would be the best if the decision were smaller or larger than it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assay.comparison import Comparison, Interval, Standing
from assay.comparison.fixed_anneal import AnnealSetting
from assay.comparison.fixed_spend import SpendSetting
from assay.comparison.formats import short
from assay.comparison.guard_limit import GuardLimit, barred, keeping
from assay.comparison.offers import Offer
from assay.comparison.setting import Setting
from assay.comparison.standings import standings
from assay.fitting import FitResult
from assay.records import CONTROL
from assay.report.views import BudgetRow
from assay.sources import PricedSource
from assay.units import CURRENCIES, Quantity

__all__ = ["budget_rows"]

_TIMES = (0.25, 0.5, 1.0, 2.0, 4.0)
_EVEN = 0.5
_NONE = Interval(None, None, None)


def budget_rows(
    fits: Mapping[str, FitResult],
    priced: Mapping[str, PricedSource],
    comparison: Comparison,
    guard: GuardLimit | None,
) -> tuple[BudgetRow, ...]:
    """Return the best source at a quarter to four times the size that is decided at.

    The size is the total cost or, where that is fixed, the length of the final anneal.
    """
    offers = {name: Offer(fit, priced[name]) for name, fit in fits.items()}
    return tuple(_row(offers, comparison, guard, times) for times in _TIMES)


def _row(
    offers: Mapping[str, Offer], comparison: Comparison, guard: GuardLimit | None, times: float
) -> BudgetRow:
    setting, at = _setting(offers, comparison, times)
    best = _best(setting, comparison.confidence, guard)
    if best is None:
        return BudgetRow(
            times=times,
            at=at,
            source=None,
            unique=None,
            cost=None,
            gain=_NONE,
            best=0.0,
            gains=None,
            beyond=1.0,
        )
    nothing = best.gains is not None and best.gains < _EVEN
    bill = setting.bills[CONTROL if nothing else best.source]
    return BudgetRow(
        times=times,
        at=at,
        source=bill.source,
        unique=bill.unique,
        cost=bill.total(comparison.currency),
        gain=_NONE if nothing else best.gain,
        best=best.best,
        gains=best.gains,
        beyond=10.0 ** max(best.decades_beyond or 0.0, 0.0),
    )


def _setting(
    offers: Mapping[str, Offer], comparison: Comparison, times: float
) -> tuple[Setting, str]:
    """Work out the same question at another size, and say the size."""
    if comparison.anneal_tokens is None:
        amount = Quantity(times * comparison.deciding.at, comparison.currency)
        return SpendSetting(offers, amount), str(amount)
    tokens = times * comparison.anneal_tokens
    [currency] = [one for one in CURRENCIES if one == comparison.currency]
    return AnnealSetting(offers, tokens, currency), f"{short(tokens)} tokens"


def _best(setting: Setting, level: float, guard: GuardLimit | None) -> Standing | None:
    """Return the best source that keeps the limit of the guard; ``None``: out of reach."""
    excluded = barred(keeping(guard, setting.here), CONTROL)
    scores = {
        name: np.full_like(drawn, np.inf) if name in excluded else drawn
        for name, drawn in setting.scores.items()
    }
    sources = [name for name in scores if name != CONTROL and name not in excluded]
    if not sources or not np.all(np.isfinite(scores[CONTROL])):
        return None
    first = standings(sources, setting.here, scores, CONTROL, level)[0]
    return None if first.tokens is None else first
