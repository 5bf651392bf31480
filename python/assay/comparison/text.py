"""A comparison laid out for a terminal: the verdict, the standings, what bends the ranking."""

from __future__ import annotations

from assay.comparison import words
from assay.comparison.records import Findings
from assay.units import format_amount

__all__ = ["describe"]


def describe(findings: Findings) -> str:
    """Return the verdict and what it rests on, one finding a line."""
    view, verdict = findings.deciding, findings.verdict
    at = format_amount(view.at, view.currency)
    lines = [
        f"verdict at {at}: {words.short_verdict(verdict)}",
        f"  {verdict.reason}",
        *(f"  {words.run_line(run, view.currency)}" for run in verdict.runs),
        "",
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
