"""Fit laws: to a study's measurements, or to any table of results.

assay fit study.toml
assay fit runs.csv --x tokens --y loss --source source --law auto --json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assay import stages
from assay.cli._common import add_json, add_running, options_of, print_json, study_of
from assay.fit import Fits
from assay.ingest import read_runs
from assay.uncertainty import fit as fit_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("study", type=Path, help="a study file (.toml), or a CSV or parquet table")
    add_running(parser)
    add_json(parser)
    table = parser.add_argument_group("for a table of results")
    table.add_argument("--x", default="tokens", help="columns of predictors, comma separated")
    table.add_argument("--y", default="loss", help="column to predict")
    table.add_argument("--source", default="source", help="column that names the source")
    table.add_argument("--law", default="auto", help="a law's name, or auto")
    table.add_argument("--resamples", type=int, default=1000, help="bootstrap resamples")
    table.add_argument("--seed", type=int, default=0, help="seed of the bootstrap")


def run(arguments: argparse.Namespace) -> int:
    """Fit and print the laws."""
    fits = _fit(arguments)
    if arguments.json:
        print_json(fits.to_dict())
    else:
        print(fits)
    return 0


def _fit(arguments: argparse.Namespace) -> Fits:
    if arguments.study.suffix == ".toml":
        return stages.fit(study_of(arguments), options_of(arguments))
    return fit_runs(
        read_runs(arguments.study),
        law=arguments.law,
        x=arguments.x.split(","),
        y=arguments.y,
        source=arguments.source,
        resamples=arguments.resamples,
        random_state=arguments.seed,
    )
