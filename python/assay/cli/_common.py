"""Arguments and output that several verbs share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from assay.errors import StudyError
from assay.pricesheet import read_prices
from assay.study import Study, load_study
from assay.study.stages import StageOptions
from assay.units import Quantity, parse_tokens

__all__ = [
    "add_decision",
    "add_json",
    "add_running",
    "add_study",
    "add_table",
    "decision_options",
    "is_study",
    "options_of",
    "print_json",
    "show",
    "study_of",
    "table_options",
]

_NOT_FOR_TABLES = ("study", "out", "no_progress", "json", "execute")


class _Result(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


def add_study(parser: argparse.ArgumentParser, *, workers: bool = False) -> None:
    """Add the study file, where results go, and how to run."""
    parser.add_argument("study", type=Path, help="the study file (TOML)")
    add_running(parser, workers=workers)


def add_running(parser: argparse.ArgumentParser, *, workers: bool = False) -> None:
    """Add the options that say where results go and how to run."""
    parser.add_argument(
        "--out", type=Path, help="output folder (default: <study>.assay beside the study file)"
    )
    parser.add_argument("--no-progress", action="store_true", help="do not show progress")
    if workers:
        parser.add_argument(
            "--workers", type=_positive, help="number of processes (default: one per core)"
        )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_table(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add a study file or a table of results, and how a table is fitted.

    StageOptions for tables are named as in :func:`assay.fit`, whose defaults hold. Returns their
    group, to which a verb adds its own.
    """
    parser.add_argument(
        "study",
        metavar="study.toml|runs.csv",
        type=Path,
        help="a study file (.toml), or a table of results (.csv, .parquet)",
    )
    add_running(parser)
    add_json(parser)
    group = parser.add_argument_group("for a table of results", argument_default=argparse.SUPPRESS)
    group.add_argument(
        "--x",
        type=_names,
        metavar="COLUMNS",
        help="what losses depend on, comma separated: tokens (default), params,tokens, cost, or "
        "two or more columns of shares from 0 to 1, for the mixture law (no size to back-test)",
    )
    group.add_argument(
        "--y", metavar="COLUMN", help="column of losses in nats per token (default: loss)"
    )
    group.add_argument(
        "--higher-is-better",
        action=argparse.BooleanOptionalAction,
        help="the column of --y is a score between 0 and 1 that rises, such as an accuracy (or, "
        "with --no-, one that falls whatever its name says)",
    )
    group.add_argument(
        "--source",
        type=lambda text: text or None,
        metavar="COLUMN",
        help='column that names the source (default: source; "" if all rows are one source)',
    )
    group.add_argument(
        "--run",
        metavar="COLUMN",
        help="column that names the run; rows of one run are resampled together",
    )
    group.add_argument(
        "--seed",
        metavar="COLUMN",
        help="column with the seed of the run; rows with equal seeds are one run",
    )
    group.add_argument(
        "--law",
        type=_laws,
        help="law to fit, or several to combine (comma separated), or auto (default)",
    )
    group.add_argument(
        "--objective",
        choices=["huber", "huber-loss"],
        help="fit residuals of the log loss (default), or of the loss",
    )
    group.add_argument("--delta", type=float, help="Huber's delta (default: from the residuals)")
    group.add_argument(
        "--anchor",
        type=float,
        metavar="LOSS",
        help="loss of the base before training, for the anchored law",
    )
    group.add_argument(
        "--resamples", type=int, metavar="N", help="number of refits that the intervals come from"
    )
    group.add_argument("--random-state", type=int, metavar="N", help="seed of all random numbers")
    return group


def is_study(arguments: argparse.Namespace) -> bool:
    """Return whether the verb was given a study file, not a table of results.

    Raises
    ------
    StudyError
        If an option was given that is for the other.
    """
    study = arguments.study.suffix == ".toml"
    if not study and arguments.out is not None:
        raise StudyError("--out is for studies: for a table, redirect what --json prints")
    options = table_options(arguments)
    if study and options:
        names = ", ".join("--" + name.replace("_", "-") for name in options)
        raise StudyError(f"{names}: for tables of results only, a study says it in its file")
    return bool(study)


def add_decision(
    table: argparse._ArgumentGroup, *, verb: str, at: str, control: str, least_gain: str
) -> None:
    """Add where a table is decided on and how surely, each verb with its own words for it.

    Parameters
    ----------
    table
        The group that :func:`add_table` returned.
    verb
        What is done for an anneal of one length, such as ``decide``.
    at, control, least_gain
        Help of these options, without their defaults.
    """
    table.add_argument(
        "--at",
        type=_amount_or_columns,
        help=f"{at} (default: the largest cost that all sources were measured at)",
    )
    table.add_argument(
        "--anneal-tokens",
        type=parse_tokens,
        metavar="TOKENS",
        help=f"{verb} for a final anneal of this length, such as 50B, whatever is bought for it",
    )
    table.add_argument("--prices", type=Path, metavar="prices.toml", help="what the sources cost")
    table.add_argument("--control", metavar="NAME", help=f"{control} (default: control)")
    table.add_argument("--confidence", type=float, help="level of the intervals (default: 0.95)")
    table.add_argument(
        "--least-gain", type=float, metavar="NATS", help=f"{least_gain} (default: 0)"
    )


def decision_options(arguments: argparse.Namespace, own: Sequence[str]) -> dict[str, Any]:
    """Return the options named in ``own`` that were given; ``prices`` are read into ``cost``."""
    given = table_options(arguments)
    options = {name: given[name] for name in own if name in given}
    if "prices" in options:
        options["cost"] = read_prices(options.pop("prices"))
    return options


def table_options(arguments: argparse.Namespace, *without: str) -> dict[str, Any]:
    """Return the options for tables that were given, but those named in ``without``."""
    skipped = {*_NOT_FOR_TABLES, *without}
    return {name: value for name, value in vars(arguments).items() if name not in skipped}


def study_of(arguments: argparse.Namespace) -> Study:
    """Load the study that the arguments name."""
    return load_study(arguments.study, arguments.out)


def options_of(arguments: argparse.Namespace) -> StageOptions:
    """Build the options of the stages."""
    workers = getattr(arguments, "workers", None)
    return StageOptions(workers=workers, progress=not arguments.no_progress)


def show(result: _Result, arguments: argparse.Namespace) -> int:
    """Print a result as text or JSON, as asked for, and return the exit code."""
    if arguments.json:
        print_json(result.to_dict())
    else:
        print(result)
    return 0


def print_json(value: Any) -> None:
    """Print a result as indented JSON on standard output."""
    print(json.dumps(value, indent=2, allow_nan=False))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _laws(text: str) -> str | list[str]:
    names = _names(text)
    return names if len(names) > 1 else names[0]


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number, 1 or more, found {text}")
    return int(text)


def _amount_or_columns(text: str) -> float | Quantity | dict[str, float]:
    """Read an amount, or columns by name."""
    if "=" in text:
        pairs = [part.partition("=") for part in text.split(",")]
        return {name.strip(): _number(value, text) for name, _, value in pairs}
    try:
        return float(text)
    except ValueError:
        return Quantity.parse(text)


def _number(value: str, text: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise StudyError(
            f'cannot read --at "{text}": write columns as params=7e9,tokens=1e12'
        ) from None
