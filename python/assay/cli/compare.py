"""Compare sources at equal total cost and decide, for a study or any table of results.

assay compare study.toml
assay compare runs.csv --x tokens --at 1e9
assay compare runs.csv --x params,tokens --at params=7e9,tokens=1e12
assay compare runs.csv --x tokens --prices prices.toml --at "40 USD" --json
assay compare runs.csv --x tokens --prices prices.toml --anneal-tokens 50B
"""

from __future__ import annotations

import argparse

from assay.cli._common import (
    add_decision,
    add_table,
    decision_options,
    is_study,
    options_of,
    show,
    study_of,
    table_options,
)
from assay.comparison import Comparison, compare
from assay.fitting import fit
from assay.study import stages

_OWN = ("at", "anneal_tokens", "prices", "control", "confidence", "least_gain", "purse")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    table = add_table(parser)
    add_decision(
        table,
        verb="decide",
        at='where to decide: 1e9, "40 USD", params=7e9 or params=7e9,tokens=1e12',
        control="the source that others must beat",
        least_gain="sources that differ by less are tied",
    )
    table.add_argument(
        "--purse",
        type=float,
        metavar="AMOUNT",
        help="the most that further runs may cost together, in the currency of the decision "
        "(default: what is decided about)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare and print the decision."""
    if is_study(arguments):
        return show(stages.compare(study_of(arguments), options_of(arguments)), arguments)
    return show(_compare(arguments), arguments)


def _compare(arguments: argparse.Namespace) -> Comparison:
    fits = fit(arguments.study, **table_options(arguments, *_OWN))
    return compare(fits, **decision_options(arguments, _OWN))
