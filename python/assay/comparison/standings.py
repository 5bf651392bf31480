"""Each source at the deciding cost: its loss and gain, and how likely it is the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assay.comparison.intervals import interval, share_positive
from assay.comparison.offers import AtCosts
from assay.comparison.records import Interval, Standing

__all__ = ["standings"]


def standings(
    sources: Sequence[str], here: Mapping[str, AtCosts], control: str | None, level: float
) -> tuple[Standing, ...]:
    """Return the sources at the deciding cost, the lowest fitted loss first."""
    best = _best({name: here[name] for name in sources})
    base = None if control is None else here[control]
    found = [_standing(name, here[name], base, best[name], level) for name in sources]
    return tuple(sorted(found, key=lambda s: np.inf if s.loss.value is None else s.loss.value))


def _standing(
    name: str, at_cost: AtCosts, control: AtCosts | None, best: float, level: float
) -> Standing:
    reached = bool(at_cost.reached[0])
    loss = gain = Interval(None, None, None)
    gains = None if control is None else 0.0
    if reached:
        loss = interval(float(at_cost.loss[0]), at_cost.draws[:, 0], level)
    if reached and control is not None and control.reached[0]:
        drawn = control.draws[:, 0] - at_cost.draws[:, 0]
        gain = interval(float(control.loss[0] - at_cost.loss[0]), drawn, level)
        gains = share_positive(drawn)
    return Standing(
        source=name,
        tokens=float(at_cost.tokens[0]) if reached else None,
        epochs=float(at_cost.epochs[0]) if reached else None,
        loss=loss,
        gain=gain,
        best=best,
        gains=gains,
        decades_beyond=float(at_cost.beyond[0]) if reached else None,
    )


def _best(here: Mapping[str, AtCosts]) -> dict[str, float]:
    """Return the probability of each source having the lowest loss; ties are shared."""
    losses = np.stack([one.draws[:, 0] for one in here.values()])
    losses = np.where(np.isnan(losses), np.inf, losses)
    lowest = (losses == losses.min(axis=0)) & np.isfinite(losses)
    shares = (lowest / np.maximum(lowest.sum(axis=0), 1)).mean(axis=1)
    return dict(zip(here, shares.tolist(), strict=True))
