"""How the engine mixes and packs, in plain Python to be read; tests compare it with the engine.

Everything is spelled out for small cases: plans are added up sequence by sequence, the row of a
source is written out whole, bins are searched one by one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from assay import _core

__all__ = ["best_fit", "draws", "order", "pad"]

Phases = Sequence[tuple[int, Sequence[float]]]
Pieces = list[tuple[int, int]]

_ONE = 2**52
"""The weights of a phase as whole numbers sum to this."""


def draws(
    seed: int,
    names: Sequence[str],
    available: Sequence[int],
    unique: Sequence[int],
    phases: Phases,
) -> list[tuple[int, int, int]]:
    """Return source, sequence and epoch of every draw of a run.

    Parameters
    ----------
    seed
        Seed of the subsets and the shuffles.
    names, available, unique
        For each source: its name, how many sequences it has, and how many of them may be drawn.
    phases
        Number of draws, and relative weight of each source, of each part of the run.
    """
    rows: list[list[tuple[int, int]]] = [[] for _ in names]
    drawn = []
    for source in order(phases):
        row, size = rows[source], unique[source]
        subset = _permutation(seed, f"subset/{names[source]}", 0, available[source])[:size]
        epoch, place = divmod(len(row), size)
        if epoch:
            place = _permutation(seed, f"epoch/{names[source]}", epoch, size)[place]
        row.append((subset[place], epoch))
        drawn.append((source, *row[-1]))
    return drawn


def order(phases: Phases) -> list[int]:
    """Return the source of every sequence, by Tijdeman's rule.

    A source's plan is the sum of its weights so far, and its lead what it had beyond the plan.
    Leads stay within ``1 - 1 / (2k - 2)`` for ``k`` sources. Those that may be taken without a
    larger lead are the candidates; of them the one is taken whose plan would be the first to get
    too far ahead of it.
    """
    steps = [weights for count, units in phases for weights in [_whole(units)] * count]
    beyond = _whole(phases[-1][1])
    weighted = {s for _, units in phases for s, unit in enumerate(_whole(units)) if unit}
    slack = Fraction(_ONE, max(1, 2 * len(weighted) - 2))
    sources = range(len(phases[0][1]))
    plan, taken = [0 for _ in sources], [0 for _ in sources]
    found = []
    for time, step in enumerate(steps):
        before = plan
        plan = [plan[s] + step[s] for s in sources]
        latest = {
            s: _deadline(steps[time:], beyond, s, taken[s] * _ONE + _ONE - slack - before[s])
            for s in sources
            if plan[s] - taken[s] * _ONE >= slack
        }
        source = min(latest, key=lambda s: (latest[s], s))
        taken[source] += 1
        found.append(source)
    return found


def best_fit(lengths: Sequence[int], sequence_tokens: int) -> list[Pieces]:
    """Pack documents of ``lengths`` tokens into sequences: longest first, each where least is left.

    Only documents longer than a sequence are split, into whole sequences and a rest. A sequence is
    a list of pieces, start and length; their order in it and among each other is free.
    """
    pieces = _cut(lengths, sequence_tokens)
    bins: list[Pieces] = []
    room: list[int] = []
    for piece in sorted(pieces, key=lambda piece: -piece[1]):
        fitting = [k for k in range(len(bins)) if room[k] >= piece[1]]
        if fitting:
            tightest = min(fitting, key=lambda k: room[k])
            bins[tightest].append(piece)
            room[tightest] -= piece[1]
        else:
            bins.append([piece])
            room.append(sequence_tokens - piece[1])
    return bins


def pad(lengths: Sequence[int], sequence_tokens: int) -> list[Pieces]:
    """Give every document, or part of one longer than a sequence, a sequence of its own."""
    return [[piece] for piece in _cut(lengths, sequence_tokens)]


def _cut(lengths: Sequence[int], sequence_tokens: int) -> Pieces:
    """Return start and length of every document, those longer than a sequence in parts."""
    pieces, start = [], 0
    for length in lengths:
        for begin in range(0, length, sequence_tokens):
            pieces.append((start + begin, min(sequence_tokens, length - begin)))
        start += length
    return pieces


def _deadline(steps: list[list[int]], beyond: list[int], source: int, limit: Fraction) -> float:
    """Return when a source first has more than ``limit``; the last weights go on for ever."""
    plan = 0
    for count, step in enumerate(steps):
        plan += step[source]
        if plan > limit:
            return count
    return len(steps) + (limit - plan) // beyond[source] if beyond[source] else math.inf


def _whole(weights: Sequence[float]) -> list[int]:
    """Return weights as whole numbers that sum to ``2**52``, by largest remainder."""
    total = sum(map(Fraction, weights))
    exact = [Fraction(weight) / total * _ONE for weight in weights]
    shares = [math.floor(share) for share in exact]
    remainders = sorted(range(len(exact)), key=lambda s: (shares[s] - exact[s], s))
    for s in remainders[: _ONE - sum(shares)]:
        shares[s] += 1
    return shares


def _permutation(seed: int, stage: str, index: int, n: int) -> list[int]:
    table: list[int] = np.frombuffer(_core.permutation(seed, stage, index, n), "<u8").tolist()
    return table
