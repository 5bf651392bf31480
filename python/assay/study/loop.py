"""Spends the purse of a study step by step: decide, choose the next runs, run them, decide again.

A study begins with the smallest rungs of every source and the control. Then the comparison names
the runs that help most to decide for what they cost, and some of them are run, until the verdict
stands, or no runs that the purse pays for are worth making. What was run is never run again: the
loop goes on from it after a stop, at other prices, with a source more or a larger purse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from assay.comparison import Comparison
from assay.comparison.words import run_line
from assay.errors import DataError
from assay.ledger import Ledger
from assay.records import BASE, RunSpec
from assay.study import stages
from assay.study.chosen import ChosenRun, read_chosen, write_chosen
from assay.study.file import Study
from assay.study.layout import make_plan
from assay.study.measurements import read_measured
from assay.study.plan import Plan
from assay.study.preview import Preview
from assay.study.prices import planned_prices
from assay.study.purse import Costly, made_runs, spent
from assay.units import Unit, format_amount

__all__ = ["NextStep", "first_step", "next_step", "run_loop", "take_step"]

_GROWTH = 0.25
"""A step costs about this share of what was spent before: so there are few looks, and the runs of a
step are chosen with all that those before it told."""


@dataclass(frozen=True)
class NextStep:
    """The runs to make next, and why."""

    runs: tuple[ChosenRun, ...]
    """None where nothing is to be run: the verdict says why."""
    lines: tuple[str, ...]
    """What each costs and how much it helps, for people."""
    waiting: int
    """Runs of the plan that are not finished, which come first."""


def run_loop(
    study: Study, options: stages.StageOptions, announce: Callable[[str], None]
) -> Comparison:
    """Run a study step by step until it is decided, or its purse has nothing worth its cost left.

    ``announce`` is called with one line before each stage and step.

    Raises
    ------
    MissingExtra, StudyError
        As :func:`assay.study.stages.run`. Nothing has been spent.
    """
    stages.check_run(study)
    announce("prepare")
    stages.prepare(study, options)
    comparison = take_step(study, options, announce)
    while comparison.verdict.kind == "run-next":
        comparison = take_step(study, options, announce)
    stages.conclude(study, options, announce)
    return comparison


def take_step(
    study: Study, options: stages.StageOptions, announce: Callable[[str], None]
) -> Comparison:
    """Finish the runs that are chosen, or else choose the next ones and run them; then decide.

    Raises
    ------
    StudyError
        If the purse is below the smallest plan.
    DataError
        If the text is not prepared.
    """
    if read_chosen(study) is None:
        write_chosen(study, _measured(study))
    made, _ = stages.plan(study, options)
    if not _unfinished(study, made):
        step = next_step(study, _decided(study, options))
        if not step.runs:
            return _decided(study, options)
        for line in step.lines:
            announce(line)
        write_chosen(study, [*(read_chosen(study) or ()), *step.runs])
        stages.plan(study, options)
    stages.anneal(study, options)
    stages.evaluate(study, options)
    comparison = _decided(study, options)
    announce(_state(study, comparison))
    return comparison


def first_step(study: Study, options: stages.StageOptions) -> Preview:
    """Preview the smallest rungs, with which a study that is prepared begins.

    Raises
    ------
    StudyError
        If the purse is below the smallest plan.
    """
    first = study.output.chosen
    begun = first.exists()
    write_chosen(study, read_chosen(study) or ())
    try:
        return stages.plan(study, options, dry_run=True)[1]
    finally:
        if not begun:
            first.unlink()


def next_step(study: Study, comparison: Comparison) -> NextStep:
    """Choose the runs of the next step from those that the comparison names.

    The first one is always made; further ones as long as the step is small beside what was spent.
    """
    made = make_plan(study)
    batch = study.file.anneal.batch_sequences * study.file.anneal.sequence_tokens
    known = {(spec.source, spec.tokens, spec.seed) for spec in made.specs}
    most = _GROWTH * _spent(study, comparison.currency)
    runs, lines, cost = list[ChosenRun](), list[str](), 0.0
    for suggestion in comparison.verdict.runs:
        if runs and cost + suggestion.cost > most:
            break
        tokens = max(int(suggestion.tokens // batch), 1) * batch
        for _ in range(suggestion.repeats):
            key = suggestion.source, tokens
            seed = next(seed for seed in count() if (*key, seed) not in known)
            known.add((*key, seed))
            runs.append(ChosenRun(*key, seed))
        lines.append(run_line(suggestion, comparison.currency))
        cost += suggestion.cost
    return NextStep(tuple(runs), tuple(lines), len(_unfinished(study, made)))


def _decided(study: Study, options: stages.StageOptions) -> Comparison:
    stages.fit(study, options)
    return stages.compare(study, options)


def _measured(study: Study) -> list[ChosenRun]:
    """Return the runs that were measured before the study was run step by step."""
    try:
        rows = read_measured(study).rows
    except DataError:
        return []
    runs = {(row.source, row.tokens, row.seed): None for row in rows if row.source != BASE}
    return [ChosenRun(*run) for run in runs]


def _unfinished(study: Study, plan: Plan) -> list[RunSpec]:
    """Return the runs of the plan that have not ended, or ended well and were not measured."""
    if not study.output.ledger.exists() or not study.output.measurements.exists():
        return list(plan.specs)
    with Ledger(study.output.ledger) as ledger:
        ended = {row.spec.key: row.status for row in ledger.rows()}
    measured = {row.run for row in read_measured(study).rows}
    return [
        spec
        for spec in plan.specs
        if ended.get(spec.key) != "diverged" and spec.key not in measured
    ]


def _spent(study: Study, currency: Unit) -> float:
    runs: list[Costly] = [*read_measured(study).rows, *made_runs(study)]
    return spent(runs, planned_prices(study), currency)


def _state(study: Study, comparison: Comparison) -> str:
    """Say what was spent, what is left, and where the decision stands."""
    purse = study.file.study.purse
    cost = _spent(study, comparison.currency)
    paid = format_amount(cost, comparison.currency)
    left = "" if purse is None else f" of {purse}"
    return f"{paid}{left} spent: {comparison.verdict.reason}"
