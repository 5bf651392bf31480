"""Every sentence about a comparison: why a verdict falls, and what a terminal and a report say.

The functions return finished sentences. Their order on the page is the business of
``assay.comparison.text`` and of the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assay.comparison.formats import probability, short, within
from assay.comparison.records import (
    CurrencyView,
    Findings,
    GuardChange,
    Interval,
    Pair,
    SingleBudget,
    SourceSummary,
    Standing,
    Suggestion,
    Verdict,
)
from assay.fitting.withheld import Backtest
from assay.units import Unit, format_amount

__all__ = [
    "NO_BACKTEST",
    "NO_GAIN",
    "backtest_sentence",
    "crossing_line",
    "crossing_sentence",
    "extrapolation_sentence",
    "forgetting_sentence",
    "gain_sentences",
    "headline",
    "never_settled",
    "no_model_size",
    "not_fitted",
    "not_told_apart",
    "one_budget_sentence",
    "order_by_law_line",
    "order_measured_line",
    "reason",
    "run_line",
    "short_verdict",
    "standing_line",
    "standings_heading",
    "too_little",
    "warning_lines",
    "wary_sentences",
    "why_best",
    "worth_running",
]

_NOT_BEYOND = 0.01
"""Powers of ten outside the measured budgets that are not worth a warning."""
_SHORT_VERDICTS = {
    "buy": "buy {source}",
    "run-next": "run these next",
    "cannot-tell": "cannot tell",
}

NO_GAIN = "no source is shown to gain anything over the control at the same total cost"
NO_BACKTEST = "No back-test: too few budgets to withhold the largest."


# Reasons, which a verdict carries with it: clauses without a capital and a full stop.


def too_little(at: float, currency: Unit) -> str:
    """Say that the deciding cost buys nothing to judge by."""
    return f"{format_amount(at, currency)} buys too little of any source to say anything"


def not_fitted(sources: Sequence[str]) -> str:
    """Say whose laws could not be fitted."""
    return f"no law could be fitted to {', '.join(sources)}"


def why_best(best: Standing) -> str:
    """Say how surely a source is the best and beats the control."""
    reason = f"{best.source} is the best source with probability {best.best:.2f}"
    if best.gains is None:
        return reason
    return f"{reason} and beats the control with probability {best.gains:.2f}"


def not_told_apart(best: str, rival: str, sure: float) -> str:
    """Say which question is open."""
    return f"{best} and {rival} are not told apart (probability {sure:.2f})"


def no_model_size(open_question: str) -> str:
    """Say that runs cannot be suggested for a law in parameters and tokens as it stands."""
    return f"{open_question}: give a model size to be told which runs would help"


def never_settled(open_question: str) -> str:
    """Say that all runs that the budget can pay would leave the question open."""
    return f"{open_question}, and runs for the budget itself would not settle it"


def worth_running(open_question: str) -> str:
    """Say that more runs would pay."""
    return f"{open_question}: more runs of them are worth their cost"


# Lines for a terminal.


def short_verdict(verdict: Verdict) -> str:
    """Say the verdict in two or three words."""
    return _SHORT_VERDICTS[verdict.kind].format(source=verdict.source)


def run_line(run: Suggestion, currency: Unit) -> str:
    """Say what to run, what it costs and how much it helps."""
    return (
        f"run {run.source} with {run.tokens:,.0f} tokens for "
        f"{format_amount(run.cost, currency)}: {run.benefit:.3f} less risk of a wrong choice"
    )


def standings_heading(findings: Findings) -> str:
    """Say what the standings below it are numbers of."""
    view = findings.deciding
    at = format_amount(view.at, view.currency)
    level = f"nats per token ({findings.confidence:.0%} interval)"
    if findings.control is None:
        return f"loss at {at}, {level}:"
    return f"gain over {findings.control} at {at} of total cost, {level}:"


def standing_line(standing: Standing) -> str:
    """Say where one source stands at the deciding cost."""
    if standing.tokens is None:
        return f"{standing.source:<20} out of reach at this cost"
    form = ".3f" if standing.gains is None else "+.3f"
    shown = standing.loss if standing.gains is None else standing.gain
    value, lower, upper = _ends(shown, form)
    return (
        f"{standing.source:<20} {value} [{lower}, {upper}]  "
        f"best with probability {standing.best:.2f}, {standing.tokens:,.0f} tokens, "
        f"{standing.epochs:.1f} epochs"
    )


def order_by_law_line(view: CurrencyView) -> str:
    """Say in which order the laws put the sources."""
    law = " > ".join(s.source for s in view.standings if s.tokens is not None)
    return f"order by the laws at this cost: {law}"


def order_measured_line(view: CurrencyView, single: SingleBudget) -> str:
    """Say in which order one budget puts the sources, and whom it leaves out."""
    order = " > ".join(single.losses)
    cost = format_amount(single.cost, view.currency)
    dearer = _dearer(view, single)
    left_out = f"; no run of {dearer} is that cheap" if dearer else ""
    return f"order measured at one budget ({cost} each{left_out}): {order}"


def crossing_line(pair: Pair, cost: Interval, currency: Unit) -> str:
    """Say where the order of two sources changes."""
    amounts = (cost.value, cost.lower, cost.upper)
    value, lower, upper = ("?" if v is None else format_amount(v, currency) for v in amounts)
    return (
        f"{pair.below} and {pair.above} cross at {value} ({lower} to {upper}): "
        f"above it, {pair.above}"
    )


def warning_lines(summary: SourceSummary) -> list[str]:
    """Say how well the largest budget of a source was predicted, and what to be wary of."""
    lines = [f"{summary.source}: {flag.message}" for flag in summary.flags]
    if summary.withheld_error is None:
        return lines
    predicted = (
        f"{summary.source}: the largest budget, withheld, was predicted with an error of "
        f"{summary.withheld_error:+.1%}"
    )
    return [predicted, *lines]


def _ends(interval: Interval, form: str) -> list[str]:
    numbers = (interval.value, interval.lower, interval.upper)
    return ["?" if number is None else format(number, form) for number in numbers]


def _dearer(view: CurrencyView, single: SingleBudget) -> str:
    """Name the sources of which no run is as cheap as the one budget."""
    return ", ".join(s.source for s in view.standings if s.source not in single.losses)


# Sentences for a report.


def headline(findings: Findings) -> str:
    """Say the verdict in one sentence that stands alone."""
    verdict, view = findings.verdict, findings.deciding
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


def reason(verdict: Verdict) -> str:
    """Give the reason of a verdict as a sentence."""
    return f"Why: {verdict.reason}."


def gain_sentences(standing: Standing, findings: Findings) -> list[str]:
    """Say what a source gains over the control, and what the others gain."""
    if standing.gain.value is None or standing.tokens is None:
        return []
    own = (
        f"{standing.source}: {standing.gain.value:+.3f} nats per token over the control "
        f"({findings.confidence:.0%} interval {within(standing.gain)}), with "
        f"{short(standing.tokens)} trained tokens."
    )
    others = [s for s in findings.deciding.standings if s.source != standing.source]
    rest = [f"{s.source} {s.gain.value:+.3f}" for s in others if s.gain.value is not None]
    return [own, f"The others gain: {', '.join(rest)}."] if rest else [own]


def crossing_sentence(pair: Pair, cost: Interval, currency: Unit) -> str:
    """Say below which cost the order of two sources is the other way round."""
    value = format_amount(cost.value or 0.0, currency)
    return f"Below {value} ({within(cost, '.3g')}) {pair.below} is better than {pair.above}."


def one_budget_sentence(findings: Findings) -> str | None:
    """Say whom one budget ranks first, and whether the laws agree."""
    view = findings.deciding
    if view.single is None or not findings.by_persistence:
        return None
    first, leader = findings.by_persistence[0], view.standings[0].source
    spend = format_amount(view.single.cost, view.currency)
    agrees = "as the laws do" if leader == first else f"where the laws rank {leader} first"
    dearer = _dearer(view, view.single)
    left_out = f" (no run of {dearer} is that cheap)" if dearer else ""
    return f"One budget alone, at {spend} for each source, ranks {first} first{left_out}, {agrees}."


def extrapolation_sentence(standings: Sequence[Standing]) -> str | None:
    """Say whose laws are read outside the budgets that were run, and by how much."""
    beyond: Mapping[str, float] = {
        s.source: 10.0**s.decades_beyond
        for s in standings
        if s.decades_beyond is not None and s.decades_beyond > _NOT_BEYOND
    }
    if not beyond:
        return None
    named = ", ".join(f"{source} by a factor of {times:.2g}" for source, times in beyond.items())
    return f"At this cost laws are read outside the budgets that were run: {named}."


def wary_sentences(summary: SourceSummary) -> list[str]:
    """Say what speaks against the law of a source."""
    said = [f"{summary.source}: {flag.message}." for flag in summary.flags]
    if summary.status == "failed":
        said.append(f"{summary.source}: no law could be fitted.")
    return said


def forgetting_sentence(change: GuardChange) -> str:
    """Say how much a source makes the model forget."""
    against = (
        "" if change.from_control is None else f", {change.from_control:+.3f} against the control"
    )
    return (
        f"{change.source} makes the model forget: at {short(change.tokens)} tokens the loss on "
        f"{change.evaluation} is {change.from_base:+.3f} nats per token against the base{against}."
    )


def backtest_sentence(test: Backtest | None) -> str | None:
    """Say that the laws were worse than keeping the last order, or could not be tested."""
    if test is None:
        return NO_BACKTEST
    right, kept = test.law_right, test.persistence_right
    if right >= kept:
        return None
    return (
        f"On the withheld budgets the laws ordered {right} of {len(test.pairs)} pairs rightly, "
        f"keeping the last order {kept}: trust the single-budget ranking more."
    )
