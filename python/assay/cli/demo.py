"""Run the built-in study, on real text that installed Python packages hold.

assay demo
assay demo --full                   a larger study, about an hour
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assay.cli._common import add_json, add_running, options_of
from assay.cli.run import run_study
from assay.demo import build_demo
from assay.study import load_study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--folder", type=Path, default=Path("assay-demo"), help="where the study is made"
    )
    parser.add_argument("--full", action="store_true", help="the larger study, about an hour")
    add_running(parser, workers=True)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make the demo's text and study file, and run the study."""
    study = load_study(build_demo(arguments.folder, full=arguments.full), arguments.out)
    return run_study(study, options_of(arguments), as_json=arguments.json)
