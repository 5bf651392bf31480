"""Prepare a study's text: filter, decontaminate, deduplicate, tokenise.

assay prepare study.toml
"""

from __future__ import annotations

import argparse
from typing import Any

from assay import stages
from assay.cli._common import add_json, add_study, options_of, print_json, study_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prepare the text and print what was kept of every source."""
    manifest = stages.prepare(study_of(arguments), options_of(arguments))
    if arguments.json:
        print_json(manifest)
        return 0
    for report in (*manifest["sources"], *manifest["evals"]):
        print(_line(report))
    return 0


def _line(report: dict[str, Any]) -> str:
    read, store = report["read"], report["store"]
    kept = store["text_bytes"] / read["text_bytes"]
    return (
        f"{report['name']:<20} {read['documents']:>9,} documents read, "
        f"{store['documents']:>9,} kept ({kept:.1%} of bytes), {store['tokens']:>12,} tokens"
    )
