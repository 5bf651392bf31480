"""Arguments and output that several verbs share."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from assay.stages import Options
from assay.study import Study, load_study

__all__ = ["add_json", "add_running", "add_study", "options_of", "print_json", "study_of"]


def add_study(parser: argparse.ArgumentParser, *, workers: bool = False) -> None:
    """Add the study file, where results go, and how to run."""
    parser.add_argument("study", type=Path, help="the study file (TOML)")
    add_running(parser, workers=workers)


def add_running(parser: argparse.ArgumentParser, *, workers: bool = False) -> None:
    """Add the options that say where results go and how to run."""
    parser.add_argument(
        "--out", type=Path, help="output folder (default: <study>.assay beside the study file)"
    )
    parser.add_argument("--no-progress", action="store_true", help="show no progress")
    if workers:
        parser.add_argument("--workers", type=_positive, help="processes (default: one per core)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def study_of(arguments: argparse.Namespace) -> Study:
    """Load the study that the arguments name."""
    return load_study(arguments.study, arguments.out)


def options_of(arguments: argparse.Namespace) -> Options:
    """Build the options of the stages."""
    workers = getattr(arguments, "workers", None)
    return Options(workers=workers, progress=not arguments.no_progress)


def print_json(value: Any) -> None:
    """Print a result as indented JSON on standard output."""
    print(json.dumps(value, indent=2, allow_nan=False))


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, found {value}")
    return value
