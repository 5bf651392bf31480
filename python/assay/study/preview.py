"""The preview of a plan: tokens, cost, time and disk space, before anything is spent."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assay.base.folder import is_base
from assay.comparison.question import FixedAnneal
from assay.fitting.spread.extrapolation_error import TYPICAL_PER_DECADE
from assay.ledger import DONE
from assay.records import CONTROL, RunSpec
from assay.study.file import Study
from assay.study.plan import Plan, PlannedSource
from assay.study.prices import price_sources
from assay.study.purse import spent
from assay.study.speed import MachineSpeed
from assay.units import CURRENCIES, format_amount

__all__ = ["Preview", "preview"]

_BYTES_PER_PARAMETER_ON_DISK = 16
"""Weights and two moments in the checkpoint, and the final weights, in float32."""
_FORWARD = 1.0 / 3.0
"""Cost of reading a token, in the cost of training on it."""
_PRETRAIN_THREADS = 2
_COSTS = ("source", "runs", "tokens", "unique", "epochs", *CURRENCIES)
_TITLES = {
    "largest": "largest run",
    "there": "tokens there",
    "times": "beyond",
    "error": "error there",
    "epochs_there": "epochs there",
    "run_epochs": "epochs of runs",
}


@dataclass(frozen=True)
class Preview:
    """Tokens, cost, time and disk space that a plan will take, and where it will decide."""

    rows: tuple[dict[str, Any], ...]
    """One row a source: runs, tokens, unique tokens, epochs, acquisition and training cost."""
    runs: int
    tokens: int
    cost: dict[str, float]
    """Cost of all runs, by currency."""
    done: dict[str, float]
    """Runs that are finished: their number as ``runs``, ``tokens``, and cost by currency."""
    purse: str | None
    """What all runs may cost."""
    first: dict[str, float] | None
    """Where there is a purse, what is run before runs are chosen: as ``done``."""
    left_out: tuple[int, ...]
    """Budgets, in trained tokens, that the purse does not pay for."""
    question: str
    """What is decided: ``40 USD``, or ``an anneal of 50,000,000,000 tokens``."""
    points: tuple[dict[str, Any], ...]
    """One row a source: its largest run (``largest``) and the deciding point (``there``) in trained
    tokens, the second over the first (``times``), the typical relative error of a law so far beyond
    its data (``error``), epochs at the deciding point and of the runs, and whether its rungs are
    its own. None where the deciding point is out of reach."""
    hours: float
    """Hours of one worker at the declared peak and utilisation."""
    machine: dict[str, Any] | None
    """``workers`` and ``tokens_per_second`` of this machine, ``hours`` of what is left, or
    ``why_not``; None if it was not asked for."""
    disk_bytes: int
    """Disk space at most: every run is counted with its checkpoint, which goes when it ends."""

    def to_dict(self) -> dict[str, Any]:
        """Return the preview as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        """Print one aligned row a source and a line of totals, then the deciding point."""
        total = {"source": "total", "runs": self.runs, "tokens": self.tokens, **self.cost}
        parts = [_table(_COSTS, _COSTS, [*self.rows, total]), *self._lines()]
        if self.points:
            parts += ["", *self._decision()]
        return "\n".join(parts)

    def _lines(self) -> Iterable[str]:
        yield (
            f"{self.runs} runs, {self.tokens:,} tokens, {self.hours:.2g} GPU-hours at the declared "
            f"speed, {self.disk_bytes / 1e6:.0f} MB on disk"
        )
        if self.machine:
            yield f"this machine: {_machine_time(self.machine)}"
        if self.done["runs"]:
            left = {str(name): self.cost[name] - self.done[name] for name in CURRENCIES}
            yield (
                f"done: {self.done['runs']:.0f} of {self.runs} runs, {self.done['tokens']:,.0f} "
                f"tokens, {_amounts(self.done)}; left: {_amounts(left)}"
            )
        if self.first:
            yield (
                f"step by step: starts with {self.first['runs']:.0f} runs for "
                f"{_amounts(self.first)}, and chooses the others within {self.purse}"
            )
        if self.left_out:
            yield f"the purse of {self.purse} does not pay for budgets of {_listed(self.left_out)}"

    def _decision(self) -> Iterable[str]:
        columns = ("source", *_TITLES)
        heads = (f"to decide on {self.question}", *_TITLES.values())
        yield _table(columns, heads, [_shown(row) for row in self.points])
        if any((row["times"] or 0.0) > 1.0 for row in self.points):
            yield (
                f"beyond its largest run a law errs by about {TYPICAL_PER_DECADE:.0%} of the loss "
                "for every factor of ten, on published ladders; what all sources share cancels"
            )
        for row in self.points:
            if row["there"] is None:
                yield f"{row['source']}: out of reach, its text and epochs_max do not last so long"
            if row["own_rungs"]:
                yield f"{row['source']}: has rungs of its own, its text fills too few of the others"


def preview(study: Study, plan: Plan, speed: MachineSpeed | None = None) -> Preview:
    """Count tokens, cost in three currencies, time and disk of a plan, and what of it is done."""
    priced, table = price_sources(study, plan), study.file.study

    def cost(specs: Sequence[RunSpec]) -> dict[str, float]:
        return {currency: spent(specs, priced, currency) for currency in CURRENCIES}

    def counted(specs: Sequence[RunSpec]) -> dict[str, float]:
        return {"runs": len(specs), "tokens": sum(spec.tokens for spec in specs), **cost(specs)}

    done = [spec for spec in plan.specs if (study.output.run(spec.key) / DONE).exists()]
    of_source = {
        name: [spec for spec in plan.specs if spec.source == name]
        for name in (CONTROL, *study.candidate_names)
    }
    per_token = next(iter(priced.values())).training_per_token
    tokens = sum(spec.tokens for spec in plan.specs)
    return Preview(
        rows=tuple(
            {
                "source": name,
                "runs": len(specs),
                "tokens": sum(spec.tokens for spec in specs),
                "unique": max(spec.unique_tokens for spec in specs),
                "epochs": max(spec.epochs for spec in specs),
                **cost(specs),
            }
            for name, specs in of_source.items()
        ),
        runs=len(plan.specs),
        tokens=tokens,
        cost=cost(plan.specs),
        done=counted(done),
        purse=None if table.purse is None else str(table.purse),
        first=None if table.purse is None else counted(plan.first),
        left_out=plan.left_out,
        question=_question(study),
        points=tuple(_point(each, of_source[each.source]) for each in plan.sources),
        hours=float((per_token * float(tokens)).in_("gpu_hours")),
        machine=_machine(study, plan, len(done), speed),
        disk_bytes=len(plan.specs) * plan.base.stored_params * _BYTES_PER_PARAMETER_ON_DISK,
    )


def _question(study: Study) -> str:
    question = study.file.study.question
    if isinstance(question, FixedAnneal):
        return f"an anneal of {question.tokens:,.0f} tokens"
    return format_amount(question.amount.amount, question.amount.currency)


def _point(source: PlannedSource, specs: Sequence[RunSpec]) -> dict[str, Any]:
    largest, there = max(spec.tokens for spec in specs), source.deciding_tokens
    times = None if there is None else there / largest
    return {
        "source": source.source,
        "largest": largest,
        "there": there,
        "times": times,
        "error": None if times is None else TYPICAL_PER_DECADE * max(math.log10(times), 0.0),
        "epochs_there": source.deciding_epochs,
        "run_epochs": source.run_epochs,
        "own_rungs": source.own_rungs,
    }


def _machine(
    study: Study, plan: Plan, done: int, speed: MachineSpeed | None
) -> dict[str, Any] | None:
    """Say how long what is left takes here: the base, if it is not made, runs, and windows."""
    if speed is None:
        return None
    if speed.tokens_per_second is None:
        return {"workers": speed.workers, "tokens_per_second": None, "why_not": speed.why_not}
    evaluate, base = study.file.evaluate, plan.base
    left = [spec for spec in plan.specs if not (study.output.run(spec.key) / DONE).exists()]
    read = 2 * evaluate.windows * evaluate.window_tokens * (len(left) + (done == 0))
    seconds = (sum(spec.tokens for spec in left) + _FORWARD * read) / speed.tokens_per_second
    if base.builtin and not is_base(study.output.base, base.sha256):
        of_one = speed.tokens_per_second / speed.workers
        seconds += base.builtin.tokens / (of_one * min(_PRETRAIN_THREADS, speed.workers))
    return {**asdict(speed), "hours": seconds / 3600.0}


def _machine_time(machine: dict[str, Any]) -> str:
    if machine["tokens_per_second"] is None:
        return f"its speed was not measured, {machine['why_not']}"
    minutes = 60.0 * machine["hours"]
    time = f"{minutes / 60.0:.3g} hours" if minutes >= 90.0 else f"{minutes:.2g} minutes"
    plural = "s" if machine["workers"] > 1 else ""
    return (
        f"about {time} for what is left, base and evaluation counted, with {machine['workers']} "
        f"worker{plural} that trained {machine['tokens_per_second']:,.0f} tokens a second just now"
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the deciding point as people read it."""
    there, times = row["there"], row["times"]
    beyond = times is not None and times > 1.0
    return {
        **row,
        "there": "out of reach" if there is None else round(there),
        "times": f"{times:.3g}x" if beyond else "within",
        "error": f"{row['error']:.1%}" if beyond else "",
        "epochs_there": "" if row["epochs_there"] is None else f"{row['epochs_there']:.1f}",
    }


def _amounts(amounts: dict[str, float]) -> str:
    return ", ".join(format_amount(amounts[name], name) for name in CURRENCIES)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(f"{number:,}" for number in numbers)


def _table(columns: Sequence[str], heads: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    lines = [tuple(heads), *(tuple(_cell(row.get(name, "")) for name in columns) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
