"""Reading a table of runs into the points of each source, as ``fit`` and ``backtest`` need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assay.checks import name
from assay.errors import DataError, FitError
from assay.fitting.points import Points, are_shares, once, points_by_source
from assay.ingest import Runs, read_runs

__all__ = ["SourcePoints", "read_source_points"]

_FACTS = ("epochs", "steps")
"""Optional columns that are kept beside the predictors."""
_EVALUATIONS = ("evaluation_sha256", "evaluation")
_MODEL_SIZES = ("params", "parameters", "n_params", "num_params", "model_size", "model_params")
_SIZES = ("params", "tokens", "epochs")
"""The order in which laws read these columns."""


@dataclass(frozen=True)
class SourcePoints:
    """The points of each source, and what is known of the table as a whole."""

    sources: Mapping[str, Points]
    x: tuple[str, ...]
    repeats: int
    """Rows left out because they list a run twice."""
    conflicts: int
    """How many of these have another loss than the row that was kept."""
    evaluation_sha256: str | None
    model_sizes: str | None
    """What is wrong with sources that each have a model size of their own."""


def read_source_points(
    runs: Any,
    *,
    law: str | Sequence[str],
    x: str | Sequence[str],
    y: str,
    source: str | None,
    run: str | None,
    seed: str | None,
    rising: bool,
) -> SourcePoints:
    """Read a table of runs and split it by source; the arguments are those of ``fit``.

    ``rising`` says that more of ``y`` is better.

    Raises
    ------
    DataError
        If a column is missing, a value is not a positive number, or evaluation sets are mixed.
    FitError
        If laws, predictors or other columns are not given by name, or a source mixes models of
        several sizes under ``x="tokens"``.
    """
    laws, predictors = _names(law, "law"), _in_order(_names(x, "x"))
    for what, column in (("y", y), ("source", source), ("run", run), ("seed", seed)):
        if column is not None or what == "y":
            name(column, what)
    table = read_runs(runs)
    facts = [fact for fact in _FACTS if fact in table]
    identity = list(table.columns) if seed is None else [source, *predictors, *facts, seed]
    names = (source, run, seed, *_EVALUATIONS)
    kept, repeats = once(table, identity, names)
    sources = points_by_source(
        kept,
        x=predictors,
        y=y,
        source=source,
        run=run,
        facts=_FACTS,
        shares="mixture" in laws or (laws == ("auto",) and _shares(kept, predictors)),
        rising=rising,
    )
    conflicts = repeats - once(table, [*identity, y], names)[1] if repeats else 0
    sizes = _model_sizes(table, predictors, source)
    return SourcePoints(sources, predictors, repeats, conflicts, _one_evaluation(table), sizes)


def _model_sizes(table: Runs, predictors: Sequence[str], source: str | None) -> str | None:
    """Refuse models of several sizes in a source whose law reads tokens alone.

    A larger model has a lower loss at any number of tokens, so that the law would be of the order
    of the rows. Returns what to say where sources differ in size from each other only.
    """
    column = next((name for name in _MODEL_SIZES if name in table), None)
    if column is None or set(predictors) - {"epochs"} != {"tokens"}:
        return None
    sizes = table.texts(column).tolist()
    sources = ["all"] * len(table) if source is None else table.names(source).tolist()
    found: dict[str, set[str]] = {}
    for one, size in zip(sources, sizes, strict=True):
        found.setdefault(one, set()).add(size)
    mixed = next((one for one, of in found.items() if len(of) > 1), None)
    if mixed is not None:
        raise FitError(
            f'{table.origin}: source "{mixed}" has models of {len(found[mixed])} sizes (column '
            f"{column}), and the laws read tokens alone: keep the rows of one size, or fit both, "
            f'x=["{column}", "tokens"] (--x {column},tokens)'
        )
    if len(set(sizes)) == 1:
        return None
    return (
        f"the sources were run with models of {len(set(sizes))} sizes (column {column}), and the "
        "laws read tokens alone: their losses differ by the size of the model too"
    )


def _names(given: str | Sequence[str], what: str) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    names = tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(one, str) for one in names):
        raise FitError(f"{what} is {given!r}, expected a name or several")
    return names


def _shares(table: Runs, predictors: Sequence[str]) -> bool:
    """Return whether the predictors, none of which is a size by its name, are shares."""
    if set(predictors) & set(_SIZES):
        return False
    return are_shares([table.numbers(predictor) for predictor in predictors])


def _in_order(predictors: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of sizes in the order that laws read them, however they were given."""
    if not set(predictors) <= set(_SIZES) or len(set(predictors)) < len(predictors):
        return predictors
    return tuple(size for size in _SIZES if size in predictors)


def _one_evaluation(table: Runs) -> str | None:
    """Return the digest of the evaluation set, if there is one, and refuse several sets."""
    found = {column: sorted(set(table.texts(column))) for column in _EVALUATIONS if column in table}
    for column, sets in found.items():
        if len(sets) > 1:
            raise DataError(
                f"{table.origin}: found losses on {len(sets)} different evaluation sets (column "
                f"{column}): keep the rows of one"
            )
    digests = found.get(_EVALUATIONS[0])
    return str(digests[0]) if digests else None
