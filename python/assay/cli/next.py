"""Choose the next runs of a study, run them, and decide again: one step.

The first step runs the smallest rungs of every source and the control; each further one runs what
helps most to decide for what it costs. `assay run` takes all steps of a study that has a purse.

assay next study.toml
assay next study.toml --dry-run      list the runs, with cost and benefit, and run nothing
"""

from __future__ import annotations

import argparse
import sys

from assay.cli._common import add_json, add_study, options_of, print_json, study_of
from assay.comparison.words import short_verdict
from assay.study import stages
from assay.study.loop import first_step, next_step, take_step


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser, workers=True)
    add_json(parser)
    parser.add_argument("--dry-run", action="store_true", help="list the runs, and run nothing")


def run(arguments: argparse.Namespace) -> int:
    """Take one step, or list its runs."""
    study, options = study_of(arguments), options_of(arguments)
    stages.prepare(study, options)
    if arguments.dry_run and not study.output.measurements.exists():
        print(f"the first step:\n{first_step(study, options)}")
        return 0
    if arguments.dry_run:
        stages.fit(study, options)
        comparison = stages.compare(study, options)
        step = next_step(study, comparison)
        waiting = f"{step.waiting} runs that were chosen are not finished: they come first"
        lines = [waiting] if step.waiting else list(step.lines)
        nothing = f"nothing to run: {short_verdict(comparison)}: {comparison.verdict.reason}"
        print("\n".join(lines) if lines else nothing)
        return 0
    comparison = take_step(study, options, lambda line: print(line, file=sys.stderr, flush=True))
    if arguments.json:
        print_json(comparison.to_dict())
    else:
        print(comparison)
    return 0
