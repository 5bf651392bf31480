"""Test the fits: predict each source's largest budget from the rest, beside what was measured.

assay backtest study.toml
assay backtest runs.csv --x params,tokens --y loss --law auto --json
"""

from __future__ import annotations

import argparse

from assay.cli._common import add_table, is_study, show, study_of, table_options
from assay.fitting import Backtest, backtest, backtest_fits
from assay.study.fit import read_fits

_RESAMPLES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    table = add_table(parser)
    table.add_argument("--level", type=float, help="level of the intervals (default: 0.95)")


def run(arguments: argparse.Namespace) -> int:
    """Back-test and print what was predicted and what was measured."""
    return show(_backtest(arguments), arguments)


def _backtest(arguments: argparse.Namespace) -> Backtest:
    if not is_study(arguments):
        return backtest(arguments.study, **table_options(arguments))
    study = study_of(arguments)
    return backtest_fits(read_fits(study), _RESAMPLES, study.file.fit.confidence)
