"""Each source at the deciding cost: its loss and gain, and how likely it is the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assay.comparison.intervals import interval, share_positive
from assay.comparison.offers import AtCosts
from assay.comparison.records import Interval, Standing
from assay.laws.law import Array

__all__ = ["standings"]


def standings(
    sources: Sequence[str],
    here: Mapping[str, AtCosts],
    scores: Mapping[str, Array],
    control: str | None,
    level: float,
) -> tuple[Standing, ...]:
    """Return the sources at the deciding setting, the lowest score first.

    Parameters
    ----------
    here
        Each source there, in arrays of one column.
    scores
        Draws of the loss at equal cost, ``(resamples,)``, infinite where out of reach.
    """
    best = _best({name: scores[name] for name in sources})
    base = None if control is None else here[control]
    found = []
    for name in sources:
        gains = None if control is None else _gains(scores[control], scores[name])
        found.append(_standing(name, here[name], base, best[name], gains, level))
    return tuple(sorted(found, key=lambda s: _typical(here[s.source], scores[s.source])))


def _typical(at_cost: AtCosts, score: Array) -> float:
    """Return the fitted loss at equal cost; infinite where out of reach."""
    if not at_cost.reached[0]:
        return np.inf
    return float(at_cost.loss[0] + np.mean(score - at_cost.draws[:, 0]))


def _gains(control: Array, score: Array) -> float:
    """Return the probability of beating the control."""
    if not (np.all(np.isfinite(control)) and np.all(np.isfinite(score))):
        return 0.0
    return share_positive(control - score)


def _standing(
    name: str,
    at_cost: AtCosts,
    control: AtCosts | None,
    best: float,
    gains: float | None,
    level: float,
) -> Standing:
    reached = bool(at_cost.reached[0])
    loss = gain = Interval(None, None, None)
    if reached:
        loss = interval(float(at_cost.loss[0]), at_cost.draws[:, 0], level)
    if reached and control is not None and control.reached[0]:
        drawn = control.draws[:, 0] - at_cost.draws[:, 0]
        gain = interval(float(control.loss[0] - at_cost.loss[0]), drawn, level)
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


def _best(scores: Mapping[str, Array]) -> dict[str, float]:
    """Return the probability of each source having the lowest score; ties are shared."""
    losses = np.stack(list(scores.values()))
    lowest = (losses == losses.min(axis=0)) & np.isfinite(losses)
    shares = (lowest / np.maximum(lowest.sum(axis=0), 1)).mean(axis=1)
    return dict(zip(scores, shares.tolist(), strict=True))
