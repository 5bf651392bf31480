"""A comparison as text for a terminal: the verdict, the standings, what bends the ranking."""

from __future__ import annotations

from collections.abc import Iterator

from assay.comparison.records import CurrencyView, Findings, Interval, Pair, Standing
from assay.units import Unit, format_amount

__all__ = ["describe"]

_VERDICTS = {"buy": "buy {source}", "run-next": "run these next", "cannot-tell": "cannot tell"}


def describe(findings: Findings) -> str:
    """Return the verdict and what it rests on, one finding a line."""
    view, verdict = findings.deciding, findings.verdict
    answer = _VERDICTS[verdict.kind].format(source=verdict.source)
    at = format_amount(view.at, view.currency)
    lines = [
        f"verdict at {at}: {answer}",
        f"  {verdict.reason}",
        *(
            f"  run {run.source} with {run.tokens:,.0f} tokens for "
            f"{format_amount(run.cost, view.currency)}: "
            f"{run.benefit:.3f} less risk of a wrong choice"
            for run in verdict.runs
        ),
        "",
        _heading(findings, at),
        *(_standing(standing) for standing in view.standings),
        "",
        *_single(view),
        *(_crossing(pair, view.currency) for pair in view.pairs if _crosses(pair)),
        *_warnings(findings),
    ]
    return "\n".join(lines)


def _heading(findings: Findings, at: str) -> str:
    level = f"nats per token ({findings.confidence:.0%} interval)"
    if findings.control is None:
        return f"loss at {at}, {level}:"
    return f"gain over {findings.control} at {at} of total cost, {level}:"


def _standing(standing: Standing) -> str:
    if standing.tokens is None:
        return f"  {standing.source:<20} out of reach at this cost"
    shown, form = (standing.gain, _signed) if standing.gains is not None else (standing.loss, _bare)
    return (
        f"  {standing.source:<20} {form(shown.value)} [{form(shown.lower)}, {form(shown.upper)}]  "
        f"best with probability {standing.best:.2f}, {standing.tokens:,.0f} tokens, "
        f"{standing.epochs:.1f} epochs"
    )


def _signed(value: float | None) -> str:
    return "?" if value is None else f"{value:+.3f}"


def _bare(value: float | None) -> str:
    return "?" if value is None else f"{value:.3f}"


def _single(view: CurrencyView) -> Iterator[str]:
    law = " > ".join(s.source for s in view.standings if s.tokens is not None)
    yield f"order by the laws at this cost: {law}"
    if view.single is not None:
        order = " > ".join(view.single.losses)
        cost = format_amount(view.single.cost, view.currency)
        dearer = [s.source for s in view.standings if s.source not in view.single.losses]
        left_out = f"; no run of {', '.join(dearer)} is that cheap" if dearer else ""
        yield f"order measured at one budget ({cost} each{left_out}): {order}"


def _crosses(pair: Pair) -> bool:
    return pair.crossing is not None and pair.crossing.found


def _crossing(pair: Pair, currency: Unit) -> str:
    crossing = pair.crossing
    assert crossing is not None
    above = crossing.better_above
    below = pair.a if above == pair.b else pair.b
    return f"{below} and {above} cross at {_range(crossing.cost, currency)}: above it, {above}"


def _range(cost: Interval, currency: Unit) -> str:
    amounts = ["?" if v is None else format_amount(v, currency) for v in _values(cost)]
    return f"{amounts[0]} ({amounts[1]} to {amounts[2]})"


def _values(interval: Interval) -> tuple[float | None, float | None, float | None]:
    return interval.value, interval.lower, interval.upper


def _warnings(findings: Findings) -> Iterator[str]:
    for source in findings.sources:
        if source.withheld_error is not None:
            yield (
                f"{source.source}: the largest budget, withheld, was predicted with an error of "
                f"{source.withheld_error:+.1%}"
            )
        for flag in source.flags:
            yield f"{source.source}: {flag.message}"
