"""The blend to run next: the one that was chosen, or the pair that may beat a single source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from assay.allocation.members import Member
from assay.allocation.program import Mix
from assay.allocation.records import Purchasing
from assay.allocation.search import Search

__all__ = ["proposed_blend", "untried_pair"]

_SPLITS = (0.25, 0.5, 0.75)
_NOTHING = 1e-6
"""Expected improvements below this, in nats, are none."""


def proposed_blend(allocation: Purchasing) -> Mapping[str, float]:
    """Return the shares of the blend most worth running, of the candidate part; they sum to 1.

    That is what the allocation buys, where it buys several sources: annealed at pilot size, it
    shows whether the blend does what is predicted before the money is spent (the integration
    anneal). Else it is the pair of sources with the largest expected improvement over what is
    bought, which the spread of what blending may do gives it (Jones et al. 1998, J. Global Optim.
    13, 455, section 4.1). Empty where no blend could help.
    """
    bought = {one.source: one.share for one in allocation.bought}
    if len(bought) > 1:
        total = sum(bought.values())
        return {name: share / total for name, share in bought.items()}
    return allocation.untried


def untried_pair(search: Search, chosen: Mix) -> dict[str, float]:
    """Return the pair of sources with the largest expected improvement over ``chosen``.

    Pairs are looked at in quarters, at the length of ``chosen`` and under the same limits.
    """
    scores = search.scores(chosen)
    places = [i for i, one in enumerate(search.members) if one.candidate]
    found: dict[str, float] = {}
    most = _NOTHING
    for i, j in combinations(places, 2):
        for split in _SPLITS:
            mix = _split(search.members, chosen.tokens, {i: split, j: 1.0 - split})
            if mix is None or not search.affordable(mix):
                continue
            improved = float(np.maximum(scores - search.scores(mix), 0.0).mean())
            if improved > most:
                most = improved
                found = {search.members[i].name: split, search.members[j].name: 1.0 - split}
    return found


def _split(members: Sequence[Member], tokens: float, shares: Mapping[int, float]) -> Mix | None:
    """Return the mix of given shares that repeats as little as it can, if its sources suffice."""
    weights, unique, epochs = np.zeros((3, len(members)))
    epochs += 1.0
    for place, share in shares.items():
        one, weights[place] = members[place], share
        drawn = share * one.drawn(tokens)
        unique[place] = min(drawn, one.supply.cap)
        epochs[place] = max(drawn / unique[place], 1.0)
        if epochs[place] > one.epochs_most or tokens < one.shortest:
            return None
    return Mix(tokens, weights, unique, epochs, np.nan)
