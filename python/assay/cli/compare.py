"""Compare sources at equal total cost and decide, for a study or any table of results.

assay compare study.toml
assay compare runs.csv --x tokens --at 1e9
assay compare runs.csv --x params,tokens --at params=7e9,tokens=1e12
assay compare runs.csv --x tokens --prices prices.toml --at "40 USD" --json
assay compare runs.csv --x tokens --prices prices.toml --anneal-tokens 50B
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assay.cli._common import (
    add_table,
    amount_or_columns,
    is_study,
    options_of,
    show,
    study_of,
    table_options,
)
from assay.comparison import Comparison, compare
from assay.fitting import fit
from assay.pricesheet import read_prices
from assay.study import stages
from assay.units import parse_tokens

_OWN = ("at", "anneal_tokens", "prices", "control", "confidence", "least_gain", "purse")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    table = add_table(parser)
    table.add_argument(
        "--at",
        type=amount_or_columns,
        help='where to decide: 1e9, "40 USD", params=7e9 or params=7e9,tokens=1e12 '
        "(default: the largest cost that all sources were measured at)",
    )
    table.add_argument(
        "--anneal-tokens",
        type=parse_tokens,
        metavar="TOKENS",
        help="decide for a final anneal of this length, such as 50B, whatever is bought for it",
    )
    table.add_argument("--prices", type=Path, metavar="prices.toml", help="what the sources cost")
    table.add_argument(
        "--control", metavar="NAME", help="the source that others must beat (default: control)"
    )
    table.add_argument("--confidence", type=float, help="level of the intervals (default: 0.95)")
    table.add_argument(
        "--least-gain",
        type=float,
        metavar="NATS",
        help="sources that differ by less are tied (default: 0)",
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
    fitting, own = table_options(arguments, *_OWN), table_options(arguments)
    options = {name: own[name] for name in _OWN if name in own}
    if "prices" in options:
        options["cost"] = read_prices(options.pop("prices"))
    return compare(fit(arguments.study, **fitting), **options)
