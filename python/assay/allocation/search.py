"""The best mix over lengths of the anneal, or over sums for text.

For one length and one worth of money the shares are found by :mod:`assay.allocation.program`. A
fixed total cost leaves less for text the longer the anneal; for a fixed length, what money is worth
elsewhere depends on how much goes to text. Either way one number is left, which is searched on a
grid and then between the best point and its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from assay.allocation.interactions import Interactions, Synergy
from assay.allocation.members import Member, mixed_guard, mixed_losses
from assay.allocation.program import Mix, Tables, solve
from assay.laws.law import Array
from assay.units import Unit

__all__ = ["FixedLength", "FixedTotal", "Limits", "Room", "Search"]

_COARSE = 5
_PARTS = np.linspace(0.25, 1.0, 7)
"""Lengths looked at, as parts of the longest."""
_SUMS = np.geomspace(1e-4, 1.0, 12)
"""Sums for text looked at, as parts of the largest."""
_STEP = 0.02
"""Half of the range over which a slope is taken, as a part of the sum."""
_REFINED = 4
_ROUNDS = 2
_ROUGH, _FINE = 3, 6
"""Binary digits of shares in products: while lengths are searched, and for the best."""
_TIGHTENED = 4
_LONGEST = 1000.0
"""Where training costs nothing, anneals are looked at up to this multiple of the longest run."""


class Room(NamedTuple):
    """One length, the most that its text may cost, and what money could do elsewhere."""

    tokens: float
    money: float
    elsewhere: float
    """Loss that a unit of money could take away elsewhere."""


class Question(Protocol):
    """What is asked: the rooms there are, and what money for text could do elsewhere."""

    def grid(self, members: Sequence[Member], currency: Unit) -> Array:
        """Return rising values of the number that is searched."""
        ...

    def room(self, value: float) -> Room:
        """Return the length and the sum for text at one value."""
        ...

    @property
    def idle(self) -> float:
        """Length of the anneal where nothing is bought."""
        ...

    def left(self, tokens: float) -> float:
        """Return the most that text may cost in an anneal of ``tokens``."""
        ...

    def handicap(self, text: float) -> float:
        """Return the loss that the best other use of the money for text takes away."""
        ...


@dataclass(frozen=True)
class FixedTotal:
    """Text and training together cost at most ``total``; the length is searched."""

    total: float
    per_token: float
    """What training on a token costs."""
    longest_run: float
    """The longest anneal that was run."""

    @property
    def idle(self) -> float:
        """Length of the anneal where all goes to training."""
        if self.per_token > 0:
            return self.total / self.per_token
        return _LONGEST * self.longest_run

    def left(self, tokens: float) -> float:
        """Return what training on ``tokens`` leaves for text."""
        return max(self.total - self.per_token * tokens, 0.0)

    def grid(self, members: Sequence[Member], currency: Unit) -> Array:
        """Return lengths, from the shortest that a law speaks of to training alone."""
        shortest, longest = min(one.shortest for one in members), self.idle
        if longest < shortest:
            return np.zeros(0)
        coarse = np.geomspace(shortest, max(_PARTS[0] * longest, shortest), _COARSE)
        return np.unique(np.concatenate([coarse, longest * _PARTS]))

    def room(self, value: float) -> Room:
        """Return the length ``value`` and what it leaves for text."""
        return Room(value, self.left(value), 0.0)

    def handicap(self, text: float) -> float:
        """Return 0: all that is not spent on text is spent on training already."""
        return 0.0


@dataclass(frozen=True)
class FixedLength:
    """The anneal trains ``tokens``, and text costs at most ``limit``; the sum is searched."""

    tokens: float
    limit: float
    other_use: Callable[[Array], Array]

    @property
    def idle(self) -> float:
        """Length of the anneal: the same, whatever is bought."""
        return self.tokens

    def left(self, tokens: float) -> float:
        """Return the limit: the length does not change it."""
        return self.limit

    def grid(self, members: Sequence[Member], currency: Unit) -> Array:
        """Return sums for text, from very little to all that could be bought or spent."""
        most = sum(
            one.text(min(one.drawn(self.tokens), one.supply.cap))[currency] for one in members
        )
        return np.unique(min(most, self.limit) * _SUMS)

    def room(self, value: float) -> Room:
        """Return the length, and the slope of the other use at the sum ``value``.

        The other use bends down: the tangent at the best sum lies above it everywhere else, so
        that the mix with the best score is also the best by that tangent.
        """
        if value == 0.0:  # all text is free
            return Room(self.tokens, self.limit, 0.0)
        ends = value * np.array([1.0 - _STEP, 1.0 + _STEP])
        uses = self.other_use(ends)
        return Room(self.tokens, self.limit, float((uses[1] - uses[0]) / (ends[1] - ends[0])))

    def handicap(self, text: float) -> float:
        """Return what annealing longer for that money would take away."""
        return float(self.other_use(np.array(text)))


@dataclass(frozen=True)
class Limits:
    """What binds beside money, caps and passes."""

    most_sources: int | None = None
    guard: float | None = None
    """Most that the guard loss may lie at."""


@dataclass(frozen=True, eq=False)
class Search:
    """The members, what is asked, and the best mix under limits."""

    members: Sequence[Member]
    interactions: Interactions
    question: Question
    currency: Unit

    def best(self, limits: Limits) -> Mix | None:
        """Return the mix with the lowest expected score, or ``None`` if none keeps the limits."""
        tightened = limits
        for _ in range(_TIGHTENED):
            found = self._scan(tightened)
            if found is None or limits.guard is None or tightened.guard is None:
                return found
            over = float(np.median(self.guard_losses(found))) - limits.guard
            if over <= 0.0:
                return found
            # The median of a sum is not the sum of the means: what it is over is taken off.
            tightened = Limits(limits.most_sources, tightened.guard - 1.5 * over)
        return None

    def losses(self, mix: Mix) -> Array:
        """Return draws of the loss of a mix, ``(resamples,)``."""
        drawn = mixed_losses(self.members, mix.tokens, mix.shares, mix.epochs)
        return drawn - self.interactions.at(mix.tokens).drawn(mix.shares)

    def scores(self, mix: Mix) -> Array:
        """Return draws of the loss at equal cost, ``(resamples,)``."""
        return self.losses(mix) + self.question.handicap(mix.text(self.members, self.currency))

    def guard_losses(self, mix: Mix) -> Array:
        """Return draws of the guard loss of a mix, ``(resamples,)``."""
        return mixed_guard(self.members, mix.tokens, mix.shares, mix.epochs)

    def control_scores(self) -> Array | None:
        """Return the scores of buying nothing, ``(resamples,)``; ``None`` without a control."""
        control = self.members[-1]
        if control.candidate:
            return None
        length = np.array([self.question.idle])
        return control.losses(length, np.ones(1))[:, 0]

    def affordable(self, mix: Mix) -> bool:
        """Return whether the text of a mix costs no more than its length leaves."""
        return mix.text(self.members, self.currency) <= self.question.left(mix.tokens)

    def _scan(self, limits: Limits) -> Mix | None:
        grid = self.question.grid(self.members, self.currency)
        found: dict[float, Mix] = {}
        best = 0.0
        for _ in range(_ROUNDS + 1):
            found |= self._solved(grid, limits, _ROUGH)
            if not found:
                return None
            values = np.array(sorted(found))
            best = min(found, key=lambda value: self.expected(found[value]))
            place = int(np.searchsorted(values, best))
            low, high = values[max(place - 1, 0)], values[min(place + 1, len(values) - 1)]
            grid = np.linspace(low, high, _REFINED + 2)[1:-1]
            grid = grid[~np.isin(grid, values)]
        finer = self._solved(np.array([best]), limits, _FINE)
        return min((found[best], *finer.values()), key=self.expected)

    def _solved(self, values: Array, limits: Limits, digits: int) -> dict[float, Mix]:
        """Return the best mix at each value where there is one."""
        rooms = [self.question.room(float(value)) for value in values]
        lengths = sorted({room.tokens for room in rooms})
        tables = dict(zip(lengths, self._tables(lengths, limits), strict=True))
        found = {}
        for value, room in zip(values, rooms, strict=True):
            mix = solve(
                self.members,
                tables[room.tokens],
                room.tokens,
                room.money,
                self.currency,
                elsewhere=room.elsewhere,
                most_sources=limits.most_sources,
                guard_limit=limits.guard,
                digits=digits,
            )
            if mix is not None:
                found[float(value)] = mix
        return found

    def _tables(self, lengths: Sequence[float], limits: Limits) -> list[Tables]:
        losses = [self._means(one, lengths, one.losses) for one in self.members]
        guards = None
        if limits.guard is not None:
            guards = [self._means(one, lengths, one.guard_losses) for one in self.members]
        return [
            Tables(
                [table[row] for table in losses],
                None if guards is None else [table[row] for table in guards],
                self._synergy(tokens),
            )
            for row, tokens in enumerate(lengths)
        ]

    def _means(
        self, one: Member, lengths: Sequence[float], draws: Callable[[Array, Array], Array]
    ) -> Array:
        """Return means over the draws at each length and level; infinite below the law's reach."""
        levels = one.levels
        tokens = np.repeat(np.array(lengths), len(levels))
        means = draws(tokens, np.tile(levels, len(lengths))).mean(axis=0)
        means = np.where(tokens < one.shortest * (1 - 1e-9), np.inf, means)
        return np.asarray(means.reshape(len(lengths), len(levels)))

    def _synergy(self, tokens: float) -> Synergy:
        if self.interactions.blends:
            return self.interactions.at(tokens)
        return self.interactions.none

    def expected(self, mix: Mix) -> float:
        """Return the expected loss of a mix at equal cost."""
        return mix.expected + self.question.handicap(mix.text(self.members, self.currency))
