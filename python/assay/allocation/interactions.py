"""What blending does beyond averaging: measured where blends were run, a prior where not.

The loss of an anneal whose candidate part is split into shares ``w`` is taken as

    sum over i of  w_i L_i  -  sum over pairs of  4 b_ij w_i w_j,

with ``L_i`` the loss of an anneal of the same length on source ``i`` alone, repeated as often. This
is the quadratic mixture polynomial of Scheffe (1958, J. R. Stat. Soc. B 20, 344). ``b_ij`` is what
half of each gains over the mean of the two; two copies of a source have none. Before any blend is
run ``b_ij`` is Gaussian about zero. A blend that was run says what a weighted sum of its members'
``b_ij`` is, up to the spread of the draws. Conditioning is exact and done draw by draw (Matheron's
rule: Wilson et al. 2021, JMLR 22, 105, section 3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from assay.allocation.members import Member
from assay.errors import FitError
from assay.fitting.random_streams import stream
from assay.fitting.result import FitResult
from assay.laws.law import Array

__all__ = ["PRIOR_SPREAD", "Blend", "Interactions", "Synergy", "beyond_averaging", "blends_of"]

PRIOR_SPREAD = 0.3
"""Standard deviation of ``b_ij`` before any blend is run, as a share of the largest of the two
gains and their difference. In published mixtures blends lie below the mean of their parts by .1 to
.3 of the spread of the parts (tests/bench/decisions/README.md)."""


@dataclass(frozen=True, eq=False)
class Blend:
    """A mixture of sources that was run, with its law."""

    name: str
    shares: Mapping[str, float]
    """Share of each member in the candidate part; they sum to 1."""
    fit: FitResult


@dataclass(frozen=True, eq=False)
class Synergy:
    """What is believed of the ``b_ij`` at one length."""

    pairs: tuple[tuple[int, int], ...]
    """Places of the members."""
    mean: Array
    """``(pairs,)``, in nats per token."""
    draws: Array
    """``(resamples, pairs)``."""

    def expected(self, shares: Array) -> float:
        """Return the mean loss that blending takes away at ``shares``."""
        return float(self.mean @ _products(self.pairs, shares))

    def drawn(self, shares: Array) -> Array:
        """Return draws of the loss that blending takes away at ``shares``, ``(resamples,)``."""
        return np.asarray(self.draws @ _products(self.pairs, shares))


@dataclass(frozen=True, eq=False)
class Interactions:
    """The blends that were run, and what they tell at any length."""

    members: Sequence[Member]
    blends: Sequence[Blend]

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Every pair of candidates, by their places."""
        places = [i for i, one in enumerate(self.members) if one.candidate]
        return tuple(combinations(places, 2))

    @property
    def none(self) -> Synergy:
        """Nothing beyond averaging, which is the mean where no blend was run."""
        count = len(self.members[0].offer.fit.draws)
        pairs = self.pairs
        return Synergy(pairs, np.zeros(len(pairs)), np.zeros((count, len(pairs))))

    @property
    def measured(self) -> set[tuple[int, int]]:
        """The pairs that some blend holds."""
        held = [[one.name in blend.shares for one in self.members] for blend in self.blends]
        return {(i, j) for i, j in self.pairs if any(in_[i] and in_[j] for in_ in held)}

    def at(self, tokens: float) -> Synergy:
        """Return what is believed for an anneal of ``tokens`` trained tokens."""
        length, once = np.array([tokens]), np.ones(1)
        losses = np.stack([one.losses(length, once)[:, 0] for one in self.members])
        pairs = self.pairs
        spread = PRIOR_SPREAD * self._scale(losses.mean(axis=1))
        drawn = self._prior(losses.shape[1]) * spread
        if not self.blends or not pairs:
            return Synergy(pairs, np.zeros(len(pairs)), drawn)
        places = {one.name: i for i, one in enumerate(self.members)}
        weights = np.zeros((len(self.blends), len(self.members)))
        for row, blend in zip(weights, self.blends, strict=True):
            for name, share in blend.shares.items():
                row[places[name]] = share
        found = np.stack(
            [
                beyond_averaging(row, losses, _losses(blend, self.members[0], tokens))
                for row, blend in zip(weights, self.blends, strict=True)
            ]
        )
        seen = np.stack([_products(pairs, row) for row in weights])
        noise = np.atleast_2d(np.cov(found))
        both = seen * spread**2
        gain = np.linalg.solve(both @ seen.T + noise + 1e-18 * np.eye(len(found)), both).T
        return Synergy(
            pairs, gain @ found.mean(axis=1), drawn + (found.T - drawn @ seen.T) @ gain.T
        )

    def _scale(self, losses: Array) -> Array:
        """Return the largest of the two gains and their difference, for each pair."""
        control = [
            loss for loss, one in zip(losses, self.members, strict=True) if not one.candidate
        ]
        return np.array(
            [
                max(abs(a - b) for a, b in combinations([losses[i], losses[j], *control], 2))
                for i, j in self.pairs
            ]
        )

    def _prior(self, count: int) -> Array:
        """Return standard normal draws for each pair, with a mean of exactly zero."""
        seed = self.members[0].offer.fit.errors.random_state
        columns = [
            stream(seed, "interaction", self.members[i].name, self.members[j].name).standard_normal(
                count
            )
            for i, j in self.pairs
        ]
        drawn = np.stack(columns, axis=1) if columns else np.zeros((count, 0))
        return np.asarray(drawn - drawn.mean(axis=0))


def blends_of(
    members: Sequence[Member],
    fits: Mapping[str, FitResult],
    blends: Mapping[str, Mapping[str, float]],
) -> Interactions:
    """Return what the blends that were run tell.

    Raises
    ------
    FitError
        If a blend was not fitted, or its shares are not those of sources and sum to 1.
    """
    sources = [one.name for one in members if one.candidate]
    for name, shares in blends.items():
        if name not in fits:
            raise FitError(f'the blend "{name}" was not fitted, found {", ".join(fits)}')
        unknown = [member for member in shares if member not in sources]
        if unknown:
            raise FitError(
                f'the blend "{name}" has a share of "{unknown[0]}", and the sources are '
                f"{', '.join(sources)}"
            )
        total = sum(shares.values())
        if not math.isclose(total, 1.0, rel_tol=0.0, abs_tol=1e-6) or min(shares.values()) < 0:
            raise FitError(
                f'the shares of the blend "{name}" sum to {total:g}: give shares of 0 or more '
                "that sum to 1"
            )
    return Interactions(members, [Blend(name, s, fits[name]) for name, s in blends.items()])


def beyond_averaging(shares: Array, losses: Array, blend: Array) -> Array:
    """Return by how much a blend's loss lies below the mean of its parts.

    Parameters
    ----------
    shares
        Shares of the members, ``(members,)``.
    losses
        Their losses, ``(members, n)``.
    blend
        Losses of the blend, ``(n,)``.
    """
    return np.asarray(shares @ losses - blend)


def _losses(blend: Blend, member: Member, tokens: float) -> Array:
    x = member.offer.predictors(np.array([tokens]), np.ones(1))
    return blend.fit.value_draws(x)[:, 0]


def _products(pairs: Sequence[tuple[int, int]], shares: Array) -> Array:
    return np.array([4.0 * shares[i] * shares[j] for i, j in pairs])
