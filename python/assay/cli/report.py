"""Write the report of a study as one HTML file, to be opened in a browser or sent.

assay report study.toml
"""

from __future__ import annotations

import argparse

from assay.cli._common import add_study, options_of, study_of
from assay.study import stages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the report and print its path."""
    print(stages.report(study_of(arguments), options_of(arguments)))
    return 0
