"""Every sentence about a comparison: why a verdict falls, and what a terminal and a report say.

The functions return finished sentences. Their order on the page is the business of
``assay.comparison.text`` and of the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assay.comparison.formats import probability, short, within
from assay.comparison.records import (
    Bill,
    CurrencyView,
    Findings,
    GuardChange,
    Interval,
    Pair,
    Purchase,
    SingleBudget,
    SourceSummary,
    Standing,
    Suggestion,
    Verdict,
)
from assay.fitting.withheld import Backtest
from assay.units import Quantity, Unit, digits, format_amount

__all__ = [
    "NO_BACKTEST",
    "NO_GAIN",
    "all_barred",
    "asked",
    "backtest_sentence",
    "bill_lines",
    "crossing_line",
    "crossing_sentence",
    "extrapolation_sentence",
    "forgetting_sentence",
    "gain_sentences",
    "guard_line",
    "guard_unsure",
    "headline",
    "looks_sentence",
    "maybe_tied",
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
    "up_to",
    "warning_lines",
    "wary_sentences",
    "what_would_help",
    "why_best",
    "why_nothing",
    "why_tied",
    "worth_lines",
    "worth_running",
]

_NOT_BEYOND = 0.01
"""Powers of ten outside the measured budgets that are not worth a warning."""
_EVEN = 0.5
_SURE = 0.95
"""Below this the limit of the guard stands in the way of a purchase."""
_SHORT_VERDICTS = {
    "buy": "buy {source}",
    "run-next": "run these next",
    "tied": "tied, take {source}",
    "cannot-tell": "cannot tell",
}

NO_GAIN = "no source is shown to gain anything over the control at the same total cost"
NO_BACKTEST = "No back-test: too few budgets to withhold the largest."


# Reasons, which a verdict carries with it: clauses without a capital and a full stop.


def too_little(at: str) -> str:
    """Say that the deciding setting buys nothing to judge by."""
    return f"{at} buys too little of any source to say anything"


def not_fitted(sources: Sequence[str]) -> str:
    """Say whose laws could not be fitted."""
    return f"no law could be fitted to {', '.join(sources)}"


def all_barred(sources: Sequence[str]) -> str:
    """Say that every source breaks the limit of the guard."""
    return f"the guard loss is above its limit with {_listed(sources)}"


def why_best(best: Standing, keeps: float | None, least_gain: float) -> str:
    """Say how surely a source is the best, beats the control and keeps the limit of the guard."""
    near = f" or within {least_gain:g} nats of it" if least_gain else ""
    reasons = [f"is the best source{near} with probability {best.best:.2f}"]
    if best.gains is not None:
        reasons.append(f"beats the control with probability {best.gains:.2f}")
    if keeps is not None:
        reasons.append(f"keeps the guard loss within its limit with probability {keeps:.2f}")
    return f"{best.source} {_listed(reasons)}"


def why_nothing(probability: float, least_gain: float) -> str:
    """Say how surely no source gains anything worth having."""
    more = f"more than {least_gain:g} nats" if least_gain else "anything"
    return f"no source gains {more} over the control, with probability {probability:.2f}"


def why_tied(sources: Sequence[str], least_gain: float) -> str:
    """Say that sources do not differ enough to matter, and which of them is the cheapest."""
    return (
        f"{_listed(sources)} differ by less than {least_gain:g} nats at equal cost: take "
        f"{sources[0]}, the cheapest"
    )


def maybe_tied(best: str, others: Sequence[str], least_gain: float) -> str:
    """Say that a source could be bought, and that others may do as well for less."""
    return (
        f"{best} is a right choice, and {_listed(others)} may differ from it by less than "
        f"{least_gain:g} nats at no higher price: more runs are worth their cost"
    )


def not_told_apart(best: str, rival: str, sure: float) -> str:
    """Say which question is open."""
    return f"{best} and {rival} are not told apart (probability {sure:.2f})"


def no_model_size(open_question: str) -> str:
    """Say that runs cannot be suggested for a law in parameters and tokens as it stands."""
    return f"{open_question}: give a model size to be told which runs would help"


def guard_unsure(source: str, kept: float) -> str:
    """Say that the best source may break the limit of the guard."""
    return (
        f"{source} leads, and keeps the guard loss within its limit with probability "
        f"{kept:.2f} only"
    )


def never_settled(open_question: str, purse: Quantity, expected: float) -> str:
    """Say that all runs that the purse can pay would leave the question open."""
    return (
        f"{open_question}, and runs for {purse} would not settle it: the probability of a right "
        f"choice would be {expected:.2f}"
    )


def worth_running(open_question: str) -> str:
    """Say that more runs would pay."""
    return f"{open_question}: more runs are worth their cost"


def _listed(parts: Sequence[str]) -> str:
    """Join parts as people do: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


# Lines for a terminal.


def asked(findings: Findings) -> str:
    """Say where the decision is taken: ``40 USD``, or ``an anneal of 5e+10 tokens``."""
    if findings.anneal_tokens is not None:
        return f"an anneal of {short(findings.anneal_tokens)} tokens"
    return format_amount(findings.deciding.at, findings.deciding.currency)


def short_verdict(findings: Findings) -> str:
    """Say the verdict in two or three words."""
    verdict = findings.verdict
    if verdict.kind == "buy" and verdict.source == findings.control:
        return "buy nothing"
    return _SHORT_VERDICTS[verdict.kind].format(source=verdict.source)


def bill_lines(bill: Bill, currency: Unit) -> list[str]:
    """Say what to buy and what it comes to."""
    text, training = bill.text[currency], bill.training[currency]
    total = format_amount(bill.total(currency), currency)
    sums = (
        f"text {format_amount(text, currency)} + training {format_amount(training, currency)} = "
        f"{total}"
    )
    if not bill.unique:
        return [f"bill: no text; training on {short(bill.tokens)} tokens for {total}"]
    passes = f"{bill.epochs:.1f} epochs of it in {short(bill.tokens)} trained tokens"
    return [f"bill: {short(bill.unique)} unique tokens of {bill.source}, {passes}", f"      {sums}"]


def worth_lines(findings: Findings) -> list[str]:
    """Say up to which price the text of each source is worth buying: a table."""
    currency = findings.currency
    head = ["", "asked", "worth up to", "a million tokens", "against"]
    if findings.control is not None:
        head.append("against buying nothing")
    rows = [head]
    for one in findings.purchases:
        if one.bill is None or one.against is None:
            rows.append([one.source, "cannot be bought", *("" for _ in head[2:])])
            continue
        cells = [one.source, format_amount(one.bill.text[currency], currency)]
        cells += [up_to(one.worth, currency), up_to(one.worth_per_million, currency), one.against]
        if findings.control is not None:
            cells.append(up_to(one.worth_over_control, currency))
        rows.append(cells)
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def guard_line(purchase: Purchase) -> str:
    """Say how surely a source keeps the limit of the guard, and what follows if it does not."""
    kept = purchase.keeps_guard or 0.0
    barred = "" if kept >= _EVEN else "  it is not bought for this"
    return f"{purchase.source:<20} {probability(kept)}{barred}"


def up_to(worth: Interval, currency: Unit) -> str:
    """Say a highest price with its interval, ``22 USD [12.3, more]``."""
    if worth.value is None and worth.lower is None:
        return "any price"
    lower, upper = (
        "more" if x is None else digits(x, currency) for x in (worth.lower, worth.upper)
    )
    value = "more" if worth.value is None else format_amount(worth.value, currency)
    return f"{value} [{lower}, {upper}]"


def run_line(run: Suggestion, currency: Unit) -> str:
    """Say what to run, what it costs and how much it helps."""
    times = "" if run.repeats == 1 else f" {run.repeats} times, with other seeds,"
    return (
        f"run {run.source} with {run.tokens:,.0f} tokens{times} for "
        f"{format_amount(run.cost, currency)}: {run.benefit:.3f} less risk of a wrong choice"
    )


def standings_heading(findings: Findings) -> str:
    """Say what the standings below it are numbers of."""
    at, level = asked(findings), f"{findings.confidence:.0%} interval"
    loss, unit = "loss", f", nats per token ({level})"
    if findings.rising is not None:
        loss, unit = f"1 - {findings.rising}", f" ({level})"
    if findings.control is None:
        return f"{loss} at {at}{unit}:"
    where = f"{at} of total cost" if findings.question == "spend" else at
    return f"gain over {findings.control} at {where}{unit}:"


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
    amount = asked(findings)
    sure = probability(verdict.probability)
    if verdict.kind == "buy" and verdict.source == findings.control:
        return f"Buy nothing: no source is worth its price at {amount}, with probability {sure}."
    if verdict.kind == "buy":
        in_total = " in total" if findings.question == "spend" else ""
        return f"Buy {verdict.source}: best at {amount}{in_total}, with probability {sure}."
    if verdict.kind == "tied":
        return f"{_listed(verdict.tied)} are tied at {amount}: take {verdict.source}, the cheapest."
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


def looks_sentence(looks: int) -> str | None:
    """Say that decisions on fewer measurements are counted."""
    if looks < 2:
        return None
    return f"The bar for a verdict counts {looks} looks at growing measurements."


def what_would_help(findings: Findings) -> list[str]:
    """Say what could turn "cannot tell" into a decision."""
    failed = [one.source for one in findings.sources if one.status == "failed"]
    if failed:
        return [f"Run more budgets of {_listed(failed)}, so that a law can be fitted."]
    if findings.verdict.source is None:
        return ["Decide at a larger size, or look for text that is within reach at this one."]
    said = []
    for purchase in findings.purchases:
        kept = purchase.keeps_guard
        if purchase.source == findings.verdict.source and kept is not None and kept < _SURE:
            said.append(
                "Give replay a larger share, which keeps the guard loss lower, or raise its limit."
            )
    said.append("Raise the purse for runs, so that what is open is measured at larger budgets.")
    if any((s.decades_beyond or 0.0) > _NOT_BEYOND for s in findings.deciding.standings):
        said.append("Decide nearer to what was run: see the sizes below.")
    if not findings.least_gain:
        said.append(
            "Say which difference would not matter to you (least_gain): sources that differ by "
            "less are tied, and the cheapest is taken."
        )
    return said
