"""What is predicted for a blend that was not run, for the integration anneal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from assay.allocation.interactions import blends_of
from assay.allocation.members import members_of, mixed_losses, offered
from assay.fitting.result import FitResult
from assay.laws.law import Array
from assay.sources import PricedSource

__all__ = ["predicted_blend"]


def predicted_blend(
    fits: Mapping[str, FitResult],
    cost: Mapping[str, PricedSource],
    shares: Mapping[str, float],
    control: str | None,
    blends: Mapping[str, Mapping[str, float]],
) -> Callable[[float, float], Array]:
    """Return a function of trained tokens and epochs: draws of a blend's loss, ``(resamples,)``.

    The draws spread with what blending may do: by the prior, and by the blends that were run.

    Parameters
    ----------
    fits
        Laws of the sources, of the control, and of blends that were run.
    cost
        The price of each source by name.
    shares
        Share of each source in the candidate part; they sum to 1.
    control
        Name of the control, if there is one.
    blends
        The fits that are of blends: shares of the members by name.

    Raises
    ------
    FitError
        As for :func:`assay.allocate`.
    """
    alone = {name: fit for name, fit in fits.items() if name not in blends}
    offers, prices = offered(alone, cost, None)
    members = members_of(offers, prices, control, None)
    interactions = blends_of(members, fits, blends)
    parts = np.array([shares.get(one.name, 0.0) for one in members])

    def predict(tokens: float, epochs: float) -> Array:
        mean = mixed_losses(members, tokens, parts, np.full(len(members), epochs))
        return np.asarray(mean - interactions.at(tokens).drawn(parts))

    return predict
