"""Run the corpus engine: prepare text, tokenise it and mix it, without a study.

It is the same command line as that of the binary assay-corpus.

assay corpus run recipe.toml
assay corpus --help
"""

from __future__ import annotations

import argparse

from assay import _core


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; they are parsed by the engine."""
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(arguments: argparse.Namespace) -> int:
    """Run the engine's command line."""
    return main(arguments.arguments)


def main(arguments: list[str]) -> int:
    """Run the engine's command line and return its exit code."""
    return _core.corpus_main(arguments)
