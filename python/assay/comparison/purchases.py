"""Each source as something to buy: its bill, its gain, and what its text is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assay.comparison.intervals import interval, share_positive
from assay.comparison.records import Interval, Purchase, Standing
from assay.comparison.setting import Setting
from assay.laws.law import Array

__all__ = ["purchases"]

_NONE = Interval(None, None, None)
_MILLION = 1e6


def purchases(
    setting: Setting,
    scores: Mapping[str, Array],
    standings: Sequence[Standing],
    control: str | None,
    keeps: Mapping[str, float],
    level: float,
) -> tuple[Purchase, ...]:
    """Return what each source comes to and is worth, in the order of the standings.

    Parameters
    ----------
    scores
        Those of the setting, infinite for sources that are not to be bought.
    keeps
        Probability of each source of keeping the limit of the guard, where there is one.
    level
        Level of the intervals.
    """
    if not setting.bills:
        return ()
    return tuple(_purchase(setting, scores, one, control, keeps, level) for one in standings)


def _purchase(
    setting: Setting,
    scores: Mapping[str, Array],
    standing: Standing,
    control: str | None,
    keeps: Mapping[str, float],
    level: float,
) -> Purchase:
    name, bill = standing.source, setting.bills.get(standing.source)
    total = per_million = over_control = _NONE
    against = pays = None
    others = {other: drawn for other, drawn in scores.items() if other != name}
    if bill is not None and standing.tokens is not None and _any_within_reach(others):
        target = np.min(list(others.values()), axis=0)
        worth = setting.worth(name, target)
        total = _middle(worth.total, level)
        per_million = _middle(_MILLION * worth.per_token, level)
        against = min(others, key=lambda other: float(np.median(others[other])))
        pays = share_positive(target - scores[name])
        if control is not None and np.all(np.isfinite(others[control])):
            over_control = _middle(setting.worth(name, others[control]).total, level)
    return Purchase(
        source=name,
        bill=bill,
        gain=standing.gain,
        worth=total,
        worth_per_million=per_million,
        against=against,
        worth_over_control=over_control,
        pays=pays,
        keeps_guard=keeps.get(name),
    )


def _any_within_reach(scores: Mapping[str, Array]) -> bool:
    return any(np.all(np.isfinite(drawn)) for drawn in scores.values())


def _middle(draws: Array, level: float) -> Interval:
    """Return the median with its interval; infinite ends become ``None``."""
    middle = np.quantile(draws, 0.5, method="nearest")
    return interval(float(middle), draws, level)
