"""The rungs of every source: as far up as it can supply, and as the purse can pay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assay.comparison.question import FixedAnneal, Question
from assay.laws import make as make_law
from assay.records import CONTROL
from assay.sources import PricedSource

__all__ = [
    "DecidingPoint",
    "SourceLadder",
    "deciding_point",
    "fewest_budgets",
    "runs_of",
    "source_rungs",
    "within",
]


@dataclass(frozen=True)
class DecidingPoint:
    """Where a study decides about a source."""

    tokens: float
    """Trained tokens."""
    epochs: float
    """Passes over the unique tokens that can be had."""


@dataclass(frozen=True, kw_only=True)
class SourceLadder:
    """The rungs of one source, in updates, rising."""

    source: str
    steps: tuple[int, ...]
    fewest: int
    """Rungs that it cannot do without: as many as its law needs."""
    epochs: int
    """Times that a run repeats its text, as the deciding point does; 1 where that does not."""
    fresh: bool
    """Whether the second seed of the two lowest rungs repeats nothing, so that what repeating is
    worth can be known."""
    own: bool
    """Whether the rungs are its own, because it could not fill enough of the study's."""

    def up_to(self, top: int) -> SourceLadder:
        """Leave out the rungs above ``top``, except those that cannot be done without."""
        count = max(self.fewest, sum(steps <= top for steps in self.steps))
        return replace(self, steps=self.steps[:count])

    def epochs_of(self, steps: int, seed: int) -> int:
        """Return how often a run of ``steps`` updates repeats its text."""
        return 1 if self.fresh and seed == 1 and steps in self.steps[:2] else self.epochs


def deciding_point(question: Question, source: PricedSource) -> DecidingPoint | None:
    """Return where ``question`` is decided for a source; None if that is out of its reach.

    For a total cost, as many trained tokens as it buys; for an anneal of one length, that length.
    """
    if isinstance(question, FixedAnneal):
        tokens = question.tokens if question.tokens <= source.tokens_max else 0.0
    else:
        amount = np.asarray(question.amount.amount)
        tokens = float(source.tokens_at(amount, question.amount.currency))
    if tokens == 0.0:
        return None
    return DecidingPoint(tokens, float(source.epochs(np.asarray(tokens))))


def fewest_budgets(law: str) -> int:
    """Return how many budgets a fit of ``law`` needs: one for each parameter.

    Of the laws that ``auto`` combines, the power law needs the fewest.
    """
    return len(make_law("power" if law == "auto" else law, anchor=1.0).parameters)


def source_rungs(
    rungs: Sequence[int], reach: int, *, factor: float, need: int, least: int
) -> tuple[int, ...]:
    """Return the rungs that a source gets, in updates; none if it cannot fill enough.

    Those of ``rungs`` that it can fill or, if these are fewer than ``need``, as many as are needed
    on a ladder of its own, which ends at its ``reach`` and has the same ``factor``, or a smaller
    one if the lowest would be below ``least``.
    """
    filled = tuple(steps for steps in rungs if steps <= reach)
    if len(filled) >= need:
        return filled
    if reach < least:
        return ()
    low = max(float(least), reach / factor ** (need - 1))
    own = tuple(round(steps) for steps in np.geomspace(low, reach, need))
    return own if len(set(own)) == need else ()


def runs_of(
    ladders: Sequence[SourceLadder], seeds_on: Callable[[int], int]
) -> Iterator[tuple[str, int, int]]:
    """Yield source, updates and seed of every run, and of the control beside each budget."""
    seeds = {(each.source, s): seeds_on(i) for each in ladders for i, s in enumerate(each.steps)}
    for (_, steps), count in list(seeds.items()):
        seeds[CONTROL, steps] = max(count, seeds.get((CONTROL, steps), 0))
    names = (CONTROL, *(each.source for each in ladders))
    for steps in sorted({steps for _, steps in seeds}):
        on_rung = [(name, seeds.get((name, steps), 0)) for name in names]
        for seed in range(max(count for _, count in on_rung)):
            yield from ((name, steps, seed) for name, count in on_rung if seed < count)


def within(
    ladders: Sequence[SourceLadder],
    amount: float,
    cost: Callable[[Sequence[SourceLadder]], float],
) -> list[SourceLadder] | None:
    """Leave out the highest rungs, of all sources alike, until the rest costs at most ``amount``.

    None if not even the rungs that no source can do without are that cheap.
    """

    def cut(top: int) -> list[SourceLadder]:
        return [each.up_to(top) for each in ladders]

    tops = [0, *sorted({steps for each in ladders for steps in each.steps})]
    affordable = bisect_right(tops, amount, key=lambda top: cost(cut(top)))
    return cut(tops[affordable - 1]) if affordable else None
