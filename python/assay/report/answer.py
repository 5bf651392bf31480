"""The verdict for a person who reads nothing else: what to do, why, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assay.comparison import Comparison, GuardChange, Pair, Suggestion, words
from assay.comparison.records import Bill, Purchase
from assay.records import CONTROL

__all__ = ["Answer", "Offered", "answer_of"]

_WORST_GUARD = 0.02
"""Guard losses, in nats per token, that rise by less are not worth a warning."""
_KINDS = {
    "buy": "buy",
    "run-next": "run these next",
    "tied": "tied: take the cheaper",
    "cannot-tell": "cannot tell",
}


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A source that is bought, or that would be: what it comes to, and what it is worth."""

    decided: bool
    """Whether the verdict is to buy it; else it is the likeliest choice so far."""
    bill: Bill
    purchase: Purchase | None
    """``None`` where nothing is to be bought."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The verdict, in words."""

    kind: str
    headline: str
    details: tuple[str, ...]
    caveats: tuple[str, ...]
    helps: tuple[str, ...]
    """What could turn "cannot tell" into a decision."""
    runs: tuple[Suggestion, ...]
    """What to run next."""
    offered: Offered | None
    """``None`` where no source is within reach."""


def answer_of(comparison: Comparison, crossings: Sequence[Pair]) -> Answer:
    """Choose the sentences that concern the verdict; ``crossings`` are those the report lists."""
    verdict = comparison.verdict
    nothing = verdict.kind == "buy" and verdict.source == comparison.control
    return Answer(
        kind="buy nothing" if nothing else _KINDS[verdict.kind],
        headline=words.headline(comparison),
        details=tuple(_details(comparison, crossings)),
        caveats=tuple(_caveats(comparison)),
        helps=tuple(words.what_would_help(comparison)) if verdict.kind == "cannot-tell" else (),
        runs=verdict.runs,
        offered=_offered(comparison),
    )


def _offered(comparison: Comparison) -> Offered | None:
    verdict = comparison.verdict
    found = {purchase.source: purchase for purchase in comparison.purchases}
    purchase = None if verdict.source is None else found.get(verdict.source)
    bill = verdict.bill or (None if purchase is None else purchase.bill)
    if bill is None:
        return None
    return Offered(decided=verdict.kind in ("buy", "tied"), bill=bill, purchase=purchase)


def _details(comparison: Comparison, crossings: Sequence[Pair]) -> list[str]:
    verdict, view = comparison.verdict, comparison.deciding
    said = [] if verdict.kind == "buy" else [words.reason(verdict)]
    for standing in view.standings:
        if standing.source == verdict.source:
            said += words.gain_sentences(standing, comparison)
    for pair in crossings:
        if pair.crossing is not None and _tells(pair, verdict.source):
            said.append(words.crossing_sentence(pair, pair.crossing.cost, view.currency))
    last = (words.one_budget_sentence(comparison), words.looks_sentence(comparison.looks))
    return [*said, *(line for line in last if line is not None)]


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
