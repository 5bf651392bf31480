"""Say how much of each source to buy, for a study or any table of results.

assay allocate study.toml
assay allocate runs.csv --x tokens --prices prices.toml --at "40 USD"
assay allocate runs.csv --x tokens --prices prices.toml --anneal-tokens 50B --text-limit "9000 USD"
assay allocate runs.csv --prices prices.toml --at "40 USD" --blend mix=books:0.5,web:0.5
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assay.allocation import Allocation, allocate
from assay.cli._common import (
    add_table,
    amount_or_columns,
    is_study,
    options_of,
    show,
    study_of,
    table_options,
)
from assay.errors import StudyError
from assay.fitting import fit
from assay.pricesheet import read_prices
from assay.study import stages
from assay.units import Quantity, parse_tokens

_OWN = (
    "at",
    "anneal_tokens",
    "text_limit",
    "prices",
    "control",
    "confidence",
    "least_gain",
    "blend",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    table = add_table(parser)
    table.add_argument("--prices", type=Path, metavar="prices.toml", help="what the sources cost")
    table.add_argument(
        "--at",
        type=amount_or_columns,
        help='what may be spent in total, such as "40 USD" '
        "(default: the largest cost that all sources were measured at)",
    )
    table.add_argument(
        "--anneal-tokens",
        type=parse_tokens,
        metavar="TOKENS",
        help="allocate for a final anneal of this length, such as 50B, whatever is bought for it",
    )
    table.add_argument(
        "--text-limit",
        type=Quantity.parse,
        metavar="AMOUNT",
        help="the most that text may cost where the length is fixed (default: no limit)",
    )
    table.add_argument(
        "--control", metavar="NAME", help="the anneal on replay alone (default: control)"
    )
    table.add_argument("--confidence", type=float, help="level of the intervals (default: 0.95)")
    table.add_argument(
        "--least-gain",
        type=float,
        metavar="NATS",
        help="take the fewest sources that are no worse than this (default: 0)",
    )
    table.add_argument(
        "--blend",
        type=_blend,
        action="append",
        metavar="NAME=SOURCE:SHARE,...",
        help="a source of the table that is a blend of others (may be given several times)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Allocate and print what to buy."""
    if is_study(arguments):
        return show(stages.allocate(study_of(arguments), options_of(arguments)), arguments)
    return show(_allocate(arguments), arguments)


def _allocate(arguments: argparse.Namespace) -> Allocation:
    fitting, own = table_options(arguments, *_OWN), table_options(arguments)
    options = {name: own[name] for name in _OWN if name in own}
    if "prices" not in options:
        raise StudyError("--prices is missing: an allocation needs what the sources cost")
    options["cost"] = read_prices(options.pop("prices"))
    options["blends"] = dict(options.pop("blend", []))
    return allocate(fit(arguments.study, **fitting), **options)


def _blend(text: str) -> tuple[str, dict[str, float]]:
    """Read ``mix=books:0.5,web:0.5``."""
    name, _, members = text.partition("=")
    pairs = [part.rpartition(":") for part in members.split(",")]
    try:
        return name.strip(), {source.strip(): float(share) for source, _, share in pairs}
    except ValueError:
        raise StudyError(
            f'cannot read --blend "{text}": write it as mix=books:0.5,web:0.5'
        ) from None
