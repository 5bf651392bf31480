"""Run a whole study, from its text to a decision; run it again to resume it.

The stages are prepare, plan, anneal, evaluate, fit, compare and report. Finished work is kept:
after Ctrl-C or a crash the same command resumes.

assay run study.toml
assay run study.toml --dry-run      stop after the plan and its cost
assay run study.toml --pilot "30 USD"
                                    spend at most this on runs, chosen step by step

A study that names a purse in its file ([study] pilot) is run step by step too.
"""

from __future__ import annotations

import argparse
import sys

from assay.cli._common import add_json, add_study, options_of, print_json, study_of
from assay.study import Study, stages
from assay.study.loop import run_loop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser, workers=True)
    add_json(parser)
    parser.add_argument("--dry-run", action="store_true", help="stop after the plan and its cost")
    parser.add_argument(
        "--pilot",
        metavar="AMOUNT",
        help='the most that all runs may cost together, such as "30 USD": they are chosen step by '
        "step until the decision stands",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the study and print the decision."""
    study, options = study_of(arguments), options_of(arguments)
    if arguments.pilot is not None:
        study = study.with_purse(arguments.pilot)
    if arguments.dry_run:
        stages.prepare(study, options)
        shown = stages.plan(study, options, timed=True)[1]
        print_json(shown.to_dict()) if arguments.json else print(shown)
        return 0
    return run_study(study, options, as_json=arguments.json)


def run_study(study: Study, options: stages.StageOptions, *, as_json: bool) -> int:
    """Run a study and print the decision and where the report is."""
    whole = stages.run if study.file.study.purse is None else run_loop
    comparison = whole(study, options, _announce)
    if as_json:
        print_json(comparison.to_dict())
    else:
        print(comparison)
        print(f"\nreport: {study.output.report}")
    return 0


def _announce(text: str) -> None:
    print(f"== {text}" if "\n" not in text else text, file=sys.stderr, flush=True)
