"""List the training runs of a prepared study, what they will cost, and how far they reach.

A few seconds go into trying how fast this machine trains the base.

assay plan study.toml
assay plan study.toml --dry-run     print the preview, write nothing
"""

from __future__ import annotations

import argparse

from assay.cli._common import add_json, add_study, options_of, print_json, study_of
from assay.study import stages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser)
    add_json(parser)
    parser.add_argument("--dry-run", action="store_true", help="print the preview, write nothing")


def run(arguments: argparse.Namespace) -> int:
    """Plan the study and print the preview."""
    study = study_of(arguments)
    _, shown = stages.plan(study, options_of(arguments), dry_run=arguments.dry_run, timed=True)
    if arguments.json:
        print_json(shown.to_dict())
    else:
        print(shown)
    return 0
