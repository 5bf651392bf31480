"""Say how much of each source to buy, for a study or any table of results.

assay allocate study.toml
assay allocate runs.csv --x tokens --prices prices.toml --at "40 USD"
assay allocate runs.csv --x tokens --prices prices.toml --anneal-tokens 50B --text-limit "9000 USD"
assay allocate runs.csv --prices prices.toml --at "40 USD" --blend mix=books:0.5,web:0.5
"""

from __future__ import annotations

import argparse

from assay.allocation import Allocation, allocate
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
from assay.errors import StudyError
from assay.fitting import fit
from assay.study import stages
from assay.units import Quantity

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
    add_decision(
        table,
        verb="allocate",
        at='what may be spent in total, such as "40 USD"',
        control="the anneal on replay alone",
        least_gain="take the fewest sources that are no worse than this",
    )
    table.add_argument(
        "--text-limit",
        type=Quantity.parse,
        metavar="AMOUNT",
        help="the most that text may cost where the length is fixed (default: no limit)",
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
    options = decision_options(arguments, _OWN)
    if "cost" not in options:
        raise StudyError("--prices is missing: an allocation needs what the sources cost")
    options["blends"] = dict(options.pop("blend", []))
    return allocate(fit(arguments.study, **table_options(arguments, *_OWN)), **options)


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
