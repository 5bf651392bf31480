"""Try a blend of sources at pilot size before its text is paid for.

Run it on a study that is fitted. The blend is the one that `assay allocate` proposes, or has the
shares given. It is annealed at the largest budget that its sources can fill and the purse can pay,
and its loss is printed as predicted without its own runs, and as measured.

assay integrate study.toml
assay integrate study.toml --shares books=0.6,web=0.4
"""

from __future__ import annotations

import argparse

from assay.cli._common import add_json, add_study, options_of, show, study_of
from assay.errors import StudyError
from assay.study import stages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_study(parser, workers=True)
    add_json(parser)
    parser.add_argument(
        "--shares",
        metavar="SOURCE=SHARE,...",
        help="share of each source in the candidate part; they sum to 1 "
        "(default: what the allocation proposes)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Anneal the blend and print what was predicted and measured."""
    shares = None if arguments.shares is None else _shares(arguments.shares)
    return show(stages.integrate(study_of(arguments), options_of(arguments), shares), arguments)


def _shares(text: str) -> dict[str, float]:
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = (word.strip() for word in part.partition("="))
        if name in shares:
            raise StudyError(f'--shares names "{name}" twice: give each source one share')
        try:
            shares[name] = float(share)
        except ValueError:
            raise StudyError(
                f'cannot read --shares "{text}": write shares as books=0.6,web=0.4'
            ) from None
    return shares
