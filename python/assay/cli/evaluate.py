"""Measure the loss of every finished run on the target and guard texts.

assay evaluate study.toml
"""

from __future__ import annotations

import argparse

from assay.cli._common import add_study, options_of, study_of
from assay.study import stages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser, workers=True)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate."""
    stages.evaluate(study_of(arguments), options_of(arguments))
    return 0
