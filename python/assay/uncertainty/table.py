"""A table of results as the points of each source, checked once for every use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from assay.errors import DataError, FitError
from assay.fit.objective import Space
from assay.fit.points import Points, once, points_by_source
from assay.ingest import Runs, read_runs

__all__ = ["Objective", "Table", "draws_of", "read_table", "space_of"]

Objective = Literal["huber", "huber-loss"]

_SPACES: Mapping[Objective, Space] = {"huber": "log", "huber-loss": "loss"}
_FACTS = ("epochs", "steps")
"""Optional columns that are kept beside the predictors."""
_EVALUATIONS = ("evaluation_sha256", "evaluation")
_SIZES = ("params", "tokens", "epochs")
"""The order in which laws read these columns."""


@dataclass(frozen=True)
class Table:
    """The points of each source, and what is known of the table as a whole."""

    sources: Mapping[str, Points]
    x: tuple[str, ...]
    repeats: int
    """Rows left out because they list a run twice."""
    conflicts: int
    """How many of these have another loss than the row that was kept."""
    evaluation_sha256: str | None


def space_of(objective: Objective, delta: float | None) -> tuple[Space, float | None]:
    """Return the space of the residuals and Huber's delta in it.

    Raises
    ------
    FitError
        If there is no such objective, or ``delta`` is not a positive number.
    """
    if objective not in _SPACES:
        raise FitError(f'there is no objective "{objective}": use {" or ".join(_SPACES)}')
    if delta is None:
        return _SPACES[objective], None
    number = isinstance(delta, int | float | np.number) and not isinstance(delta, bool)
    if not number or not 0.0 < delta < float("inf"):
        raise FitError(f"Huber's delta is {delta!r}, expected a positive number")
    return _SPACES[objective], float(delta)


def draws_of(resamples: int, random_state: int) -> tuple[int, int]:
    """Return how many resamples are asked for, and what they follow from.

    Raises
    ------
    FitError
        If one is not a whole number, or the first is below 0.
    """
    for name, value in (("resamples", resamples), ("random_state", random_state)):
        if not isinstance(value, int | np.integer) or isinstance(value, bool):
            raise FitError(f"{name} is {value!r}, expected a whole number, 0 or more")
    if resamples < 0:
        raise FitError(f"resamples is {resamples}, expected 0 or more")
    return int(resamples), int(random_state)


def read_table(
    runs: Any,
    *,
    law: str | Sequence[str],
    x: str | Sequence[str],
    y: str,
    source: str | None,
    run: str | None,
    seed: str | None,
) -> Table:
    """Read a table of runs and split it by source; the arguments are those of ``fit``.

    Raises
    ------
    DataError
        If a column is missing, a value is not a positive number, or evaluation sets are mixed.
    FitError
        If laws or predictors are not given by name.
    """
    table = read_runs(runs)
    names, predictors = _names(law, "law"), _in_order(_names(x, "x"))
    facts = [name for name in _FACTS if name in table]
    identity = [source, *predictors, *facts, seed] if seed else list(table.columns)
    kept, repeats = once(table, identity)
    sources = points_by_source(
        kept,
        x=predictors,
        y=y,
        source=source,
        run=run,
        facts=_FACTS,
        shares="mixture" in names,
    )
    conflicts = repeats - once(table, [*identity, y])[1] if repeats else 0
    return Table(sources, predictors, repeats, conflicts, _one_evaluation(table))


def _names(given: str | Sequence[str], what: str) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    names = tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(name, str) for name in names):
        raise FitError(f"{what} is {given!r}, expected a name or several")
    return names


def _in_order(predictors: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of sizes in the order that laws read them, however they were given."""
    if not set(predictors) <= set(_SIZES) or len(set(predictors)) < len(predictors):
        return predictors
    return tuple(name for name in _SIZES if name in predictors)


def _one_evaluation(table: Runs) -> str | None:
    """Return the digest of the evaluation set, if there is one, and refuse several sets."""
    found = {name: sorted(set(table.texts(name))) for name in _EVALUATIONS if name in table}
    for name, sets in found.items():
        if len(sets) > 1:
            raise DataError(
                f"{table.origin}: found losses on {len(sets)} different evaluation sets (column "
                f"{name}): keep the rows of one"
            )
    digests = found.get(_EVALUATIONS[0])
    return str(digests[0]) if digests else None
