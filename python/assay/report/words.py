"""The verdict in plain words: what to do, why, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assay.comparison import Comparison, GuardChange, SourceSummary, Standing, Verdict
from assay.records import CONTROL
from assay.report.formats import probability, short, within
from assay.report.views import Answer, CrossingMark, GainView, RankingView
from assay.units import format_amount

__all__ = ["answer_of"]

_WORST_GUARD = 0.02
"""Guard losses, in nats per token, that rise by less are not worth a warning."""
_NOT_BEYOND = 0.01
"""Powers of ten outside the measured budgets that are not worth a warning."""


def answer_of(comparison: Comparison, gains: GainView, ranking: RankingView) -> Answer:
    """Write the verdict of a comparison for a person who reads nothing else."""
    chosen = comparison.verdict.source
    standing = next((s for s in comparison.deciding.standings if s.source == chosen), None)
    summary = next((s for s in comparison.sources if s.source == chosen), None)
    return Answer(
        headline=_headline(comparison),
        details=(
            *_reason(comparison.verdict),
            *(_standing_words(standing, comparison) if standing else ()),
            *(_crossing_words(mark, gains) for mark in gains.crossings if _tells(mark, chosen)),
            *_single_words(ranking),
        ),
        caveats=(
            *_extrapolation(comparison.deciding.standings),
            *(_summary_words(summary) if summary else ()),
            *(_guard_words(change) for change in comparison.guards if _worse(change, chosen)),
            *_backtest_words(comparison),
        ),
        runs=comparison.verdict.runs,
    )


def _headline(comparison: Comparison) -> str:
    verdict, view = comparison.verdict, comparison.deciding
    amount = format_amount(view.at, view.currency)
    if verdict.kind == "buy":
        sure = probability(verdict.probability)
        return f"Buy {verdict.source}: best at {amount} in total, with probability {sure}."
    if verdict.kind == "run-next" and verdict.runs:
        run = verdict.runs[0]
        price = format_amount(run.cost, view.currency)
        return (
            f"Not decided at {amount}: next, anneal on {run.source} with {short(run.tokens)} "
            f"tokens ({price})."
        )
    return f"Cannot tell which source to buy for {amount}."


def _reason(verdict: Verdict) -> tuple[str, ...]:
    return () if verdict.kind == "buy" else (f"Why: {verdict.reason}.",)


def _standing_words(standing: Standing, comparison: Comparison) -> tuple[str, ...]:
    if standing.gain.value is None or standing.tokens is None:
        return ()
    said = [
        f"{standing.source}: {standing.gain.value:+.3f} nats per token over the control "
        f"({comparison.confidence:.0%} interval {within(standing.gain)}), with "
        f"{short(standing.tokens)} trained tokens."
    ]
    others = [s for s in comparison.deciding.standings if s.source != standing.source]
    rest = [f"{s.source} {s.gain.value:+.3f}" for s in others if s.gain.value is not None]
    if rest:
        said.append(f"The others gain: {', '.join(rest)}.")
    return tuple(said)


def _tells(mark: CrossingMark, chosen: str | None) -> bool:
    return (
        mark.found
        and CONTROL not in (mark.below, mark.above)
        and chosen in (mark.below, mark.above)
    )


def _crossing_words(mark: CrossingMark, gains: GainView) -> str:
    value = format_amount(mark.cost.value or 0.0, gains.currency)
    return f"Below {value} ({within(mark.cost, '.3g')}) {mark.below} is better than {mark.above}."


def _single_words(ranking: RankingView) -> tuple[str, ...]:
    ranked = [row for row in ranking.rows if row.single_rank is not None]
    first = next((row.source for row in ranked if row.single_rank == 1), None)
    if first is None or ranking.single_cost is None:
        return ()
    spend = format_amount(ranking.single_cost, ranking.currency)
    leader = ranking.rows[0].source
    agrees = "as the laws do" if leader == first else f"where the laws rank {leader} first"
    dearer = [row.source for row in ranking.rows if row.single_rank is None]
    left_out = f" (no run of {', '.join(dearer)} is that cheap)" if dearer else ""
    return (
        f"One budget alone, at {spend} for each source, ranks {first} first{left_out}, {agrees}.",
    )


def _extrapolation(standings: Sequence[Standing]) -> tuple[str, ...]:
    beyond: Mapping[str, float] = {
        s.source: 10.0**s.decades_beyond
        for s in standings
        if s.decades_beyond is not None and s.decades_beyond > _NOT_BEYOND
    }
    if not beyond:
        return ()
    named = ", ".join(f"{source} by a factor of {times:.2g}" for source, times in beyond.items())
    return (f"At this cost laws are read outside the budgets that were run: {named}.",)


def _summary_words(summary: SourceSummary) -> tuple[str, ...]:
    said = [f"{summary.source}: {flag.message}." for flag in summary.flags]
    if summary.status == "failed":
        said.append(f"{summary.source}: no law could be fitted.")
    return tuple(said)


def _worse(change: GuardChange, chosen: str | None) -> bool:
    rise = change.from_base
    return change.source == chosen and rise is not None and rise > _WORST_GUARD


def _guard_words(change: GuardChange) -> str:
    against = (
        "" if change.from_control is None else f", {change.from_control:+.3f} against the control"
    )
    return (
        f"{change.source} makes the model forget: at {short(change.tokens)} tokens the loss on "
        f"{change.evaluation} is {change.from_base:+.3f} nats per token against the base{against}."
    )


def _backtest_words(comparison: Comparison) -> tuple[str, ...]:
    test = comparison.backtest
    if test is None:
        return ("No back-test: too few budgets to withhold the largest.",)
    right = sum(pair.law_right for pair in test.pairs)
    kept = sum(pair.persistence_right for pair in test.pairs)
    if right >= kept:
        return ()
    return (
        f"On the withheld budgets the laws ordered {right} of {len(test.pairs)} pairs rightly, "
        f"keeping the last order {kept}: trust the single-budget ranking more.",
    )
