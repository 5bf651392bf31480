"""The shares with the lowest expected loss for one length and one sum for text, by HiGHS.

A mixed-integer linear program (``scipy.optimize.milp``): the share of each source, split over the
numbers of passes at which its loss is tabulated; its unique tokens, split over the tiers of its
price; whether it is bought at all, since a fixed fee is paid or not. Between tabulated passes the
loss is taken as linear in the unique tokens. Products of shares, where blending is known to do
something, are written with the binary digits of one of the two (McCormick 1976, Math. Program. 10,
147).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from assay.allocation.interactions import Synergy
from assay.allocation.members import Member
from assay.laws.law import Array
from assay.units import Unit

__all__ = ["LEAST_SHARE", "Mix", "Tables", "solve"]

LEAST_SHARE = 0.01
"""Smallest share of a source that is worth paying a fee for."""
_MARGIN = 1e-3
"""Caps are kept by so much, relative, that the tolerance of the solver breaks none."""
_MONEY_MARGIN = 1e-4
_CHEAPER = 1e-6
"""Weight of money beside loss: of mixes of equal loss the cheapest is taken."""
_NOTHING = 1e-6
"""Shares below this are rounding."""
_KNOWN = 1e-4
"""Effects of blending below this, in nats, are none."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Expected losses of each member alone at one length, by passes."""

    losses: Sequence[Array]
    """``(levels,)`` each; infinite where the law says nothing."""
    guards: Sequence[Array] | None
    """Expected rise of the guard loss, likewise; ``None`` without a limit."""
    synergy: Synergy


@dataclass(frozen=True, eq=False)
class Mix:
    """An anneal: its length, and what it is filled with. Arrays are in the order of members."""

    tokens: float
    shares: Array
    unique: Array
    epochs: Array
    expected: float
    """Expected loss, in nats per token."""

    def text(self, members: Sequence[Member], currency: Unit) -> float:
        """Return what all its text costs."""
        return sum(
            one.text(float(unique))[currency]
            for one, unique in zip(members, self.unique, strict=True)
        )


@dataclass
class _Program:
    """Variables and rows of a program while it is written."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def add(self, upper: float, *, cost: float = 0.0, whole: bool = False) -> int:
        """Add a variable from 0 to ``upper`` and return its place."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: dict[int, float], least: float = -np.inf, most: float = np.inf) -> None:
        """Ask that a weighted sum of variables lies between two numbers."""
        self.rows.append((terms, least, most))

    def solved(self) -> Array | None:
        """Return the best values, or ``None`` if none keep every row."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        matrix = np.zeros((len(self.rows), len(self.cost)))
        for i, (terms, _, _) in enumerate(self.rows):
            for place, weight in terms.items():
                matrix[i, place] += weight
        least, most = (np.array([row[k] for row in self.rows]) for k in (1, 2))
        found = milp(
            np.array(self.cost),
            integrality=np.array(self.whole, dtype=int),
            bounds=Bounds(0.0, np.array(self.upper)),
            constraints=LinearConstraint(matrix, least, most),
            options={"mip_rel_gap": 1e-4},
        )
        return None if found.x is None else np.asarray(found.x)


def solve(
    members: Sequence[Member],
    tables: Tables,
    tokens: float,
    money: float,
    currency: Unit,
    *,
    elsewhere: float = 0.0,
    most_sources: int | None = None,
    guard_limit: float | None = None,
    digits: int = 6,
) -> Mix | None:
    """Return the mix with the lowest expected loss, or ``None`` if none keeps the limits.

    Parameters
    ----------
    tokens
        Trained tokens.
    money
        Most that the text may cost, in ``currency``.
    elsewhere
        Loss that a unit of money could take away elsewhere.
    most_sources
        Most sources that are bought; ``None``: any number.
    guard_limit
        Most that the guard loss may be expected to rise.
    digits
        Binary digits of the shares in products of two; the rest is bounded by straight lines.
    """
    finite = np.concatenate([losses[np.isfinite(losses)] for losses in tables.losses])
    if not len(finite) or money < 0:
        return None
    low, spread = finite.min(), max(float(np.ptp(finite)), 1e-12)
    program = _Program()
    shares = [
        [
            program.add(1.0 if np.isfinite(loss) else 0.0, cost=_finite((loss - low) / spread))
            for loss in losses
        ]
        for losses in tables.losses
    ]
    program.row({place: 1.0 for places in shares for place in places}, 1.0, 1.0)
    bought: list[int] = []
    spent: dict[int, float] = {}
    for one, places in zip(members, shares, strict=True):
        if not one.candidate:
            continue
        spent |= _text(program, one, places, tokens, currency)
        fee = float(one.supply.fixed.in_(currency))
        if fee > 0 or most_sources is not None:
            taken = program.add(1.0, whole=True)
            bought.append(taken)
            spent[taken] = fee
            program.row({**dict.fromkeys(places, 1.0), taken: -1.0}, most=0.0)
            program.row({**dict.fromkeys(places, 1.0), taken: -LEAST_SHARE}, least=0.0)
    total = max(sum(price * program.upper[place] for place, price in spent.items()), 1e-300)
    if money < total:
        scale = max(money, _MARGIN * total)
        terms = {place: price / scale for place, price in spent.items()}
        program.row(terms, most=money / scale * (1.0 - _MONEY_MARGIN))
    for place, price in spent.items():
        program.cost[place] += _CHEAPER * price / total + elsewhere * price / spread
    if most_sources is not None:
        program.row(dict.fromkeys(bought, 1.0), most=float(most_sources))
    if guard_limit is not None and tables.guards is not None:
        rises = zip(shares, tables.guards, strict=True)
        program.row(
            {
                place: _finite(float(rise))
                for places, levels in rises
                for place, rise in zip(places, levels, strict=True)
            },
            most=guard_limit,
        )
    if most_sources != 1:
        _blending(program, shares, tables.synergy, spread, digits)
    values = program.solved()
    return None if values is None else _mix(members, tables, shares, values, tokens)


def _text(
    program: _Program,
    one: Member,
    places: Sequence[int],
    tokens: float,
    currency: Unit,
) -> dict[int, float]:
    """Add the unique tokens of a source by tier, in units of ``tokens``; return their prices."""
    drawn = one.drawn(1.0)
    prices: dict[int, float] = {}
    start, before, tiers = 0.0, -np.inf, []
    for tier in one.supply.tiers:
        end = min(tier.up_to, one.supply.cap * (1 - _MARGIN))
        width = min(max(end - start, 0.0) / tokens, drawn)
        place = program.add(width)
        price = float(tier.per_token.in_(currency)) * tokens
        prices[place] = price
        tiers.append((place, width, price < before))
        start, before = tier.up_to, price
    _in_order(program, tiers)
    # Without tiers text is free, and nothing but the cap limits it.
    if not tiers:
        prices[program.add(min(one.supply.cap * (1 - _MARGIN) / tokens, drawn))] = 0.0
    used = {place: -drawn / passes for place, passes in zip(places, one.levels, strict=True)}
    program.row({**dict.fromkeys(prices, 1.0), **used}, 0.0, 0.0)
    return prices


def _in_order(program: _Program, tiers: Sequence[tuple[int, float, bool]]) -> None:
    """Fill dearer tiers before cheaper ones; rising prices fill in order by themselves."""
    if not any(falls for _, _, falls in tiers):
        return
    for (place, width, _), (later, later_width, _) in pairwise(tiers):
        full = program.add(1.0, whole=True)
        program.row({place: 1.0, full: -width}, least=0.0)
        program.row({later: 1.0, full: -later_width}, most=0.0)


def _blending(
    program: _Program,
    shares: Sequence[Sequence[int]],
    synergy: Synergy,
    spread: float,
    count: int,
) -> None:
    """Take off what blending gives, for pairs of which something is known."""
    known = [
        (pair, float(value))
        for pair, value in zip(synergy.pairs, synergy.mean, strict=True)
        if abs(value) > _KNOWN
    ]
    digits: dict[int, list[tuple[int, float]]] = {}
    rest: dict[int, int] = {}
    for (i, j), value in known:
        first, second = (j, i) if j in digits else (i, j)
        if first not in digits:
            digits[first] = [(program.add(1.0, whole=True), 0.5**k) for k in range(1, count + 1)]
            rest[first] = program.add(0.5**count)
            terms = dict.fromkeys(shares[first], 1.0) | {rest[first]: -1.0}
            program.row(terms | {place: -size for place, size in digits[first]}, 0.0, 0.0)
        other = dict.fromkeys(shares[second], 1.0)
        for place, size in digits[first]:
            _product(program, place, 1.0, other, -4.0 * value * size / spread)
        _product(program, rest[first], 0.5**count, other, -4.0 * value / spread)


def _product(
    program: _Program, place: int, upper: float, other: dict[int, float], cost: float
) -> None:
    """Add the product of the variable ``place`` in [0, upper] with a sum ``other`` in [0, 1]."""
    product = program.add(upper, cost=cost)
    program.row({product: 1.0, place: -1.0}, most=0.0)
    program.row({product: 1.0} | {k: -upper * v for k, v in other.items()}, most=0.0)
    scaled = {k: -upper * v for k, v in other.items()}
    program.row({product: 1.0, place: -1.0} | scaled, least=-upper)


def _mix(
    members: Sequence[Member],
    tables: Tables,
    places: Sequence[Sequence[int]],
    values: Array,
    tokens: float,
) -> Mix:
    split = [np.maximum(values[list(some)], 0.0) for some in places]
    shares = np.array([part.sum() for part in split])
    shares = np.where(shares < _NOTHING, 0.0, shares)
    shares /= shares.sum()
    drawn = np.array([one.drawn(tokens) for one in members])
    each = [float(part @ (1.0 / one.levels)) for part, one in zip(split, members, strict=True)]
    unique = np.where(shares > 0, np.minimum(drawn * np.array(each), drawn * shares), 0.0)
    positive = unique > 0
    epochs = np.where(positive, drawn * shares / np.where(positive, unique, 1.0), 1.0)
    known = (np.where(np.isfinite(losses), losses, 0.0) for losses in tables.losses)
    mean = sum(float(part @ losses) for part, losses in zip(split, known, strict=True))
    expected = mean - tables.synergy.expected(shares)
    return Mix(tokens, shares, unique, np.maximum(epochs, 1.0), expected)


def _finite(value: float) -> float:
    return value if np.isfinite(value) else 0.0
