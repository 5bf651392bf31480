"""Prepare the text of a study: filter it, remove duplicates and evaluation text, tokenise.

assay prepare study.toml
"""

from __future__ import annotations

import argparse

from assay.cli._common import add_json, add_study, options_of, print_json, study_of
from assay.corpus import Prepared
from assay.study import stages


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
    prepared = Prepared(manifest)
    for name in prepared.reports:
        print(_line(name, prepared))
    for report in manifest.get("overlaps", []):
        first, second = report["sources"]
        for name, other in ((first, second), (second, first)):
            shared = prepared.overlap(name, other)
            if shared is not None and shared.documents > 0.0:
                print(f"{shared.text:.1%} of the text of {name} is in {other} too")
    return 0


def _line(name: str, prepared: Prepared) -> str:
    read, store = prepared.reports[name]["read"], prepared.store(name)
    return (
        f"{name:<20} {read['documents']:>9,} documents read, "
        f"{store['documents']:>9,} kept ({prepared.kept_share(name):.1%} of bytes), "
        f"{store['tokens']:>12,} tokens"
    )
