"""Fit scaling laws to the results of a study, or to any table of results.

assay fit study.toml
assay fit runs.csv --x tokens --y loss --source source --law auto --json
assay fit runs.csv --x params,tokens --law chinchilla,coupled --run run
"""

from __future__ import annotations

import argparse

from assay.cli._common import (
    add_table,
    is_study,
    options_of,
    show,
    study_of,
    table_options,
)
from assay.fitting import fit
from assay.study import stages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_table(parser).add_argument(
        "--joint",
        action="store_true",
        help="shrink the exponents of the sources towards their mean",
    )


def run(arguments: argparse.Namespace) -> int:
    """Fit and print the laws."""
    if is_study(arguments):
        return show(stages.fit(study_of(arguments), options_of(arguments)), arguments)
    return show(fit(arguments.study, **table_options(arguments)), arguments)
