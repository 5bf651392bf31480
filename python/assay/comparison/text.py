"""A comparison laid out for a terminal: the verdict, the standings, what bends the ranking."""

from __future__ import annotations

from assay.comparison import words
from assay.comparison.records import Findings

__all__ = ["describe"]


def describe(findings: Findings) -> str:
    """Return the verdict and what it rests on, one finding a line."""
    view, verdict = findings.deciding, findings.verdict
    bill = [] if verdict.bill is None else words.bill_lines(verdict.bill, view.currency)
    lines = [
        f"verdict at {words.asked(findings)}: {words.short_verdict(findings)}",
        f"  {verdict.reason}",
        *(f"  {line}" for line in bill),
        *(f"  {words.run_line(run, view.currency)}" for run in verdict.runs),
        "",
        *_worths(findings),
        *_guards(findings),
        words.standings_heading(findings),
        *(f"  {words.standing_line(standing)}" for standing in view.standings),
        "",
        words.order_by_law_line(view),
    ]
    if view.single is not None:
        lines.append(words.order_measured_line(view, view.single))
    for pair in findings.crossings:
        if pair.crossing is not None:
            lines.append(words.crossing_line(pair, pair.crossing.cost, view.currency))
    for summary in findings.sources:
        lines += words.warning_lines(summary)
    return "\n".join(lines)


def _worths(findings: Findings) -> list[str]:
    if not findings.purchases:
        return []
    heading = f"the highest price worth paying for the text ({findings.confidence:.0%} interval):"
    return [heading, *(f"  {line}" for line in words.worth_lines(findings)), ""]


def _guards(findings: Findings) -> list[str]:
    lines = [
        f"  {words.guard_line(one)}" for one in findings.purchases if one.keeps_guard is not None
    ]
    return ["probability of keeping the guard loss within its limit:", *lines, ""] if lines else []
