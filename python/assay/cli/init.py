r"""Make a study from text that you have: its file, and a tokenizer where none is given.

The ladder follows from how much text there is. Prices and the question cannot be read off text:
they are written as examples and marked, to be set before the study is run. Nothing that exists is
written over.

assay init my-study --source books=books.jsonl.gz --source web=web/ --replay general/ \
    --target target.jsonl --guard guard.jsonl
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assay.study.start import StartingText, start_study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path("study"), help="where the study is made"
    )
    parser.add_argument(
        "--source",
        type=_source,
        action="append",
        required=True,
        metavar="NAME=PATH",
        help="a candidate: a name, and a file, folder or glob; once for each",
    )
    for name, what in (
        ("target", "evaluation text that should get better"),
        ("guard", "evaluation text that must not get worse"),
        ("replay", "general text that is blended into every run"),
    ):
        parser.add_argument(f"--{name}", required=True, metavar="PATH", help=what)
    parser.add_argument(
        "--base",
        type=Path,
        metavar="FOLDER",
        help="a Hugging Face model to start from (default: a tiny one, pre-trained on the replay)",
    )
    parser.add_argument(
        "--tokenizer",
        type=Path,
        metavar="FILE",
        help="a tokenizer.json (default: that of the base, or one trained on the replay text)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the study, and say what to set in it and how to go on."""
    text = StartingText(
        sources=arguments.source,
        target=arguments.target,
        guard=arguments.guard,
        replay=arguments.replay,
    )
    path = start_study(arguments.folder, text, base=arguments.base, tokenizer=arguments.tokenizer)
    print(f"{path}: set the lines marked SET, then\n\n  assay run {path} --dry-run")
    return 0


def _source(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise argparse.ArgumentTypeError(f"expected NAME=PATH, found {text}")
    return name, path
