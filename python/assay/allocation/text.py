"""An allocation laid out for a terminal: what to buy, what it comes to, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from assay.allocation.records import Portion, Purchasing
from assay.comparison.formats import probability, short, within
from assay.comparison.records import Interval
from assay.units import format_amount

__all__ = ["asked", "describe", "portion_row", "regret_sentence", "single_sentence"]

_HEADINGS = ("source", "share", "unique tokens", "epochs", "text")


def describe(found: Purchasing) -> str:
    """Return the purchases and what they rest on, one finding a line."""
    rows = [_HEADINGS, *(portion_row(one, found) for one in found.portions)]
    lines = [
        f"allocation at {asked(found)}: {_named(found)}",
        f"  {found.reason}",
        "",
        *_aligned(rows),
        _total(found),
        "",
        _gain(found),
        single_sentence(found),
        regret_sentence(found),
    ]
    if found.keeps_guard is not None:
        lines.append(f"the guard's limit is kept with probability {probability(found.keeps_guard)}")
    lines += [f"assumed: {one}" for one in found.assumptions]
    return "\n".join(lines)


def asked(found: Purchasing) -> str:
    """Say what is fixed: ``40 USD``, or ``an anneal of 50B tokens``."""
    if found.question == "spend":
        assert found.limit is not None
        return format_amount(found.limit, found.currency)
    length = f"an anneal of {short(found.tokens)} tokens"
    if found.limit is None:
        return length
    return f"{length} with at most {format_amount(found.limit, found.currency)} for text"


def portion_row(one: Portion, found: Purchasing) -> tuple[str, ...]:
    """Return one line of the table: source, share, unique tokens, epochs, money for text."""
    if one.source == found.control:
        return (f"{one.source} (replay)", f"{one.share:.1%}", "-", "-", "-")
    cost = format_amount(one.text[found.currency], found.currency)
    return (one.source, f"{one.share:.1%}", short(one.unique), f"{one.epochs:.1f}", cost)


def single_sentence(found: Purchasing) -> str:
    """Say what the best purchase of one source alone is."""
    single = found.single
    if single.source == found.control:
        return "best single source: none pays, and replay alone is as good"
    gain = "" if single.gain is None else f", gain {_signed(single.gain, found.confidence)}"
    diluted = "" if single.share > 0.995 else f" in {single.share:.0%} of the candidate part"
    return (
        f"best single source: {single.source}, {short(single.unique)} unique tokens"
        f"{diluted}, {single.epochs:.1f} epochs, {short(single.tokens)} trained tokens{gain}"
    )


def regret_sentence(found: Purchasing) -> str:
    """Say what buying the best single source alone would give up."""
    regret = found.single_regret
    assert regret.value is not None
    return (
        f"buying it alone gives up {regret.value:+.4f} nats per token "
        f"({found.confidence:.0%} interval {within(regret, '+.4f')}); this is better with "
        f"probability {probability(found.better)}"
    )


def _named(found: Purchasing) -> str:
    if not found.bought:
        return "buy nothing"
    return ", ".join(f"{one.source} {one.share:.0%}" for one in found.bought)


def _total(found: Purchasing) -> str:
    text, training = found.text[found.currency], found.training[found.currency]
    return (
        f"  text {format_amount(text, found.currency)} + training "
        f"{format_amount(training, found.currency)} = "
        f"{format_amount(found.total, found.currency)}, {short(found.tokens)} trained tokens"
    )


def _gain(found: Purchasing) -> str:
    if found.gain is None:
        loss = found.loss
        assert loss.value is not None
        return (
            f"predicted loss {loss.value:.4f} nats per token "
            f"({found.confidence:.0%} interval {within(loss, '.4f')})"
        )
    less = ", less what the money for text could do instead" if found.question == "anneal" else ""
    return f"gain over {found.control}{less}: {_signed(found.gain, found.confidence)}"


def _signed(gain: Interval, level: float) -> str:
    assert gain.value is not None
    return f"{gain.value:+.4f} nats per token ({level:.0%} interval {within(gain, '+.4f')})"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(_HEADINGS))]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
