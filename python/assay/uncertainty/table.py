"""A table of results as the points of each source, checked once for every use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assay.errors import DataError, FitError
from assay.fit.objective import Space
from assay.fit.points import Points, once, points_by_source
from assay.ingest import Runs, read_runs

__all__ = ["Objective", "Table", "read_table", "space_of"]

Objective = Literal["huber", "huber-loss"]

_SPACES: Mapping[Objective, Space] = {"huber": "log", "huber-loss": "loss"}
_FACTS = ("epochs", "steps")
"""Optional columns that are kept beside the predictors."""
_EVALUATION = "evaluation_sha256"


@dataclass(frozen=True)
class Table:
    """The points of each source, and what is known of the table as a whole."""

    sources: Mapping[str, Points]
    x: tuple[str, ...]
    repeats: int
    """Rows left out because they list a run twice."""
    evaluation_sha256: str | None


def space_of(objective: Objective, delta: float | None) -> Space:
    """Return the space of the residuals.

    Raises
    ------
    FitError
        If there is no such objective, or ``delta`` is not a positive number.
    """
    if objective not in _SPACES:
        raise FitError(f'there is no objective "{objective}": use {" or ".join(_SPACES)}')
    if delta is not None and not 0.0 < delta < float("inf"):
        raise FitError(f"Huber's delta is {delta}, expected a positive number")
    return _SPACES[objective]


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
    """
    table = read_runs(runs)
    predictors = (x,) if isinstance(x, str) else tuple(x)
    identity = [source, *predictors, seed] if seed else list(table.columns)
    kept, repeats = once(table, identity)
    names = [law] if isinstance(law, str) else list(law)
    sources = points_by_source(
        kept,
        x=predictors,
        y=y,
        source=source,
        run=run,
        facts=_FACTS,
        shares="mixture" in names,
    )
    return Table(sources, predictors, repeats, _one_evaluation(table))


def _one_evaluation(table: Runs) -> str | None:
    if _EVALUATION not in table:
        return None
    found = sorted(set(table.texts(_EVALUATION).tolist()))
    if len(found) > 1:
        raise DataError(
            f"{table.origin}: found losses on {len(found)} different evaluation sets (column "
            f"{_EVALUATION}): keep the rows of one"
        )
    return str(found[0])
