"""Compare the sources of a study at equal total cost, and decide.

assay compare study.toml
assay compare study.toml --json
"""

from __future__ import annotations

import argparse

from assay import stages
from assay.cli._common import add_json, add_study, options_of, print_json, study_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare and print the decision."""
    comparison = stages.compare(study_of(arguments), options_of(arguments))
    if arguments.json:
        print_json(comparison.to_dict())
    else:
        print(comparison)
    return 0
