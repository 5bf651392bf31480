"""The verdict for a person who reads nothing else: what to do, why, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.comparison import Comparison, GuardChange, Pair, Suggestion, words
from assay.records import CONTROL

__all__ = ["Answer", "answer_of"]

_WORST_GUARD = 0.02
"""Guard losses, in nats per token, that rise by less are not worth a warning."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The verdict, in words."""

    headline: str
    details: tuple[str, ...]
    caveats: tuple[str, ...]
    runs: tuple[Suggestion, ...]
    """What to run next."""


def answer_of(comparison: Comparison, crossings: Sequence[Pair]) -> Answer:
    """Choose the sentences that concern the verdict; ``crossings`` are those the report lists."""
    return Answer(
        headline=words.headline(comparison),
        details=tuple(_details(comparison, crossings)),
        caveats=tuple(_caveats(comparison)),
        runs=comparison.verdict.runs,
    )


def _details(comparison: Comparison, crossings: Sequence[Pair]) -> list[str]:
    verdict, view = comparison.verdict, comparison.deciding
    said = [] if verdict.kind == "buy" else [words.reason(verdict)]
    for standing in view.standings:
        if standing.source == verdict.source:
            said += words.gain_sentences(standing, comparison)
    for pair in crossings:
        if pair.crossing is not None and _tells(pair, verdict.source):
            said.append(words.crossing_sentence(pair, pair.crossing.cost, view.currency))
    one_budget = words.one_budget_sentence(comparison)
    return said if one_budget is None else [*said, one_budget]


def _caveats(comparison: Comparison) -> list[str]:
    chosen = comparison.verdict.source
    beyond = words.extrapolation_sentence(comparison.deciding.standings)
    said = [] if beyond is None else [beyond]
    for summary in comparison.sources:
        if summary.source == chosen:
            said += words.wary_sentences(summary)
    said += [words.forgetting_sentence(c) for c in comparison.guards if _worse(c, chosen)]
    test = words.backtest_sentence(comparison.backtest)
    return said if test is None else [*said, test]


def _tells(pair: Pair, chosen: str | None) -> bool:
    """Whether a crossing is sure, and between the chosen source and another one."""
    found = pair.crossing is not None and pair.crossing.found
    return found and CONTROL not in (pair.a, pair.b) and chosen in (pair.a, pair.b)


def _worse(change: GuardChange, chosen: str | None) -> bool:
    rise = change.from_base
    return change.source == chosen and rise is not None and rise > _WORST_GUARD
