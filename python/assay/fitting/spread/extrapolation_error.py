"""How far a law itself errs beyond its data, learnt from hold-outs.

A bootstrap knows only the noise that is in the data. What a law gets wrong further out shows when
larger budgets are withheld: nominal 95% intervals of a bootstrap alone covered a third of held-out
larger runs on published ladders, and most of them with this term added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from assay.fitting.records import Holdout

__all__ = ["TYPICAL_PER_DECADE", "Misfit", "misfit", "shared_part"]

_GRID = np.geomspace(1e-5, 3.0, 400)
_NEGLIGIBLE = 1e-12
TYPICAL_PER_DECADE = 0.02
"""Published ladders err by 0.01 to 0.05 of the loss per decade (medians of nine groups)."""
_TYPICAL_FACTOR = 2.0
"""One standard deviation of the error per decade about the typical one, as a factor."""


@dataclass(frozen=True)
class Misfit:
    """What is believed of a law's error per decade: log-normal."""

    scale: float
    """Median, in log loss per decade."""
    spread: float
    """Standard deviation of its logarithm."""


def misfit(holdouts: Mapping[str, Sequence[Holdout]]) -> dict[str, Misfit]:
    """Estimate each source's error per decade beyond the data, noise taken off.

    A hold-out error is taken as Gaussian with variance ``noise^2 + (c decades)^2``, and ``c``
    beforehand as log-normal about what published ladders show. Hold-outs predicted by one fit err
    together and count as one. A source has few of them, so none is trusted more than the median
    source is.
    """
    own = {source: _posterior(errors) for source, errors in holdouts.items()}
    typical = float(np.median([one.scale for one in own.values()]))
    return {source: Misfit(max(one.scale, typical), one.spread) for source, one in own.items()}


def _posterior(holdouts: Sequence[Holdout]) -> Misfit:
    error = np.array([h.error for h in holdouts])
    variance = np.array([h.noise for h in holdouts]) ** 2 + _NEGLIGIBLE
    decades = np.array([h.decades for h in holdouts])
    total = variance + np.square(_GRID[:, None] * decades)
    _, cut, size = np.unique(
        [h.kept_size for h in holdouts], return_inverse=True, return_counts=True
    )
    deviance = np.sum((np.log(total) + error**2 / total) / size[cut], axis=1)
    surprise = (np.log(_GRID / TYPICAL_PER_DECADE) / np.log(_TYPICAL_FACTOR)) ** 2
    weights = np.exp(-0.5 * (deviance + surprise - np.min(deviance + surprise)))
    weights /= weights.sum()
    logs = np.log(_GRID)
    middle = float(weights @ logs)
    return Misfit(float(np.exp(middle)), float(np.sqrt(weights @ (logs - middle) ** 2)))


def shared_part(holdouts: Mapping[str, Sequence[Holdout]]) -> float:
    """Estimate which part of the misfit variance all sources share, from errors at equal cuts.

    Sources are annealed from one base and measured on one set, so that laws fail together; what
    is shared cancels in differences. Without errors to pair, nothing is taken as shared.
    """
    by_cut: dict[tuple[float, ...], list[Holdout]] = {}
    for errors in holdouts.values():
        for h in errors:
            by_cut.setdefault(h.cut, []).append(h)
    pairs = [pair for group in by_cut.values() for pair in combinations(group, 2)]
    if not pairs:
        return 0.0
    together = np.mean([a.error * b.error for a, b in pairs])
    apart = np.mean([(a.error**2 + b.error**2 - a.noise**2 - b.noise**2) / 2 for a, b in pairs])
    return float(np.clip(together / apart, 0.0, 1.0)) if apart > 0 else 0.0
