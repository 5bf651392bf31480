"""Every sentence that an allocation carries with it: why it falls as it does, what it assumes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.allocation.interactions import PRIOR_SPREAD
from assay.allocation.members import Member
from assay.allocation.program import Mix
from assay.allocation.search import Search
from assay.comparison.formats import probability

__all__ = ["assumptions", "reason"]

_SHORT = 1e-9
_BEYOND = 1.05
"""Multiples of the longest run up to which an anneal counts as measured."""


def reason(
    bought: Sequence[str], single: str, better: float, *, told_apart: bool, simpler: bool
) -> str:
    """Say why this is what to buy.

    Parameters
    ----------
    bought
        Sources that are bought.
    single
        The best source alone.
    better
        Probability of beating it.
    told_apart
        Whether that is enough.
    simpler
        Whether a purchase of more sources was left as it gains less than the least gain.
    """
    if not bought:
        return "no purchase is expected to be worth its price: replay alone is as good"
    if simpler:
        return "buying more sources is expected to gain less than the least gain"
    if len(bought) == 1:
        return "one source is enough: no blend is expected to gain more under these limits"
    if told_apart:
        return f"the blend beats {single} alone with probability {probability(better)}"
    return (
        f"the blend is not told apart from {single} alone (probability {probability(better)} of "
        "being better): anneal it at pilot size before paying for it"
    )


def assumptions(search: Search, mix: Mix) -> list[str]:
    """Say what the predictions for a mix rest on where nothing was measured."""
    members, shares = search.members, mix.shares
    used = [one for one, share in zip(members, shares, strict=True) if share > 0]
    found = _blending(search, shares)
    if any(not one.candidate for one in used) and len(used) > 1:
        found.append(
            "replay in place of bought text counts in proportion, as no run had fewer candidates"
        )
    found += _repeats(members)
    longest = min(_longest(one) for one in used)
    if mix.tokens > _BEYOND * longest:
        found.append(
            f"the anneal is {mix.tokens / longest:.1f} times as long as the longest runs of what "
            "it is made of"
        )
    if any(one.guard is not None for one in used) and len(used) > 1:
        found.append("the guard loss of a blend is the mean of those of its parts")
    return found


def _blending(search: Search, shares: np.ndarray) -> list[str]:
    members, measured = search.members, search.interactions.measured
    pairs = [(i, j) for i, j in search.interactions.pairs if shares[i] > 0 and shares[j] > 0]
    unknown = [(i, j) for i, j in pairs if (i, j) not in measured]
    found = []
    if unknown:
        named = ", ".join(f"{members[i].name} with {members[j].name}" for i, j in unknown)
        found.append(
            f"no blend was run of {named}: taken as no better and no worse than the mean of both, "
            f"give or take {PRIOR_SPREAD:.0%} of what they gain"
        )
    if len(unknown) < len(pairs):
        named = ", ".join(blend.name for blend in search.interactions.blends)
        found.append(f"what blending gains beyond the mean is taken from {named}")
    if not pairs and not search.interactions.blends and len(search.interactions.pairs):
        found.append("no blend was run: blends count as the mean of their parts, and no better")
    return found


def _repeats(members: Sequence[Member]) -> list[str]:
    """Say which sources may be repeated less than their own limit, for lack of such runs."""
    held = [one for one in members if one.candidate]
    held = [one for one in held if one.epochs_most < one.price.epochs_max * (1.0 - _SHORT)]
    found = []
    for most in sorted({one.epochs_most for one in held}):
        names = ", ".join(one.name for one in held if one.epochs_most == most)
        found.append(f"passes over {names} are limited to {most:.3g}: no run tells of more")
    return found


def _longest(one: Member) -> float:
    return float(one.offer.fit.points.columns[one.offer.axis].max())
