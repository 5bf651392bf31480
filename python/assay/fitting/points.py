"""The measurements of one source, checked and in the order that the fits use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError, FitError
from assay.files import digest
from assay.fitting.direction import losses_of
from assay.immutable import freeze, read_only
from assay.ingest import Runs
from assay.laws.law import Array, Law

__all__ = [
    "Cell",
    "Points",
    "are_shares",
    "cells",
    "once",
    "points_by_source",
    "require",
    "size_of",
]


_ROUNDED = 1e-3
"""By so much shares that were rounded may add up to more than 1."""


@dataclass(frozen=True, eq=False)
class Points:
    """Runs of one source: predictors and facts by column, losses, and which rows are one run.

    Rows are sorted by their columns in the order given, then by run (by loss, if runs have no
    names), so that the order of the table does not matter and sources measured at the same
    settings have the same row order.
    """

    source: str
    columns: Mapping[str, Array]
    """``(n,)`` each."""
    y: Array
    """Losses, ``(n,)``; of a score that rises, what it misses to 1."""
    run: NDArray[np.str_]
    """Name of the run of each row; rows of one run are resampled together."""

    def __post_init__(self) -> None:
        """Freeze the arrays."""
        columns = {name: read_only(values) for name, values in self.columns.items()}
        freeze(self, columns=columns, y=self.y, run=self.run)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.y)

    def x(self, names: Sequence[str]) -> Array:
        """Return the predictors ``names``, ``(d, n)``."""
        return np.stack([self.columns[name] for name in names])

    def take(self, rows: NDArray[Any]) -> Points:
        """Return the points of some rows (a mask or indices)."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Points(self.source, columns, self.y[rows], self.run[rows])

    @property
    def digest(self) -> str:
        """Digest of everything here: equal digests mean the same data."""
        return digest(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists."""
        return {
            "source": self.source,
            "columns": {name: values.tolist() for name, values in self.columns.items()},
            "y": self.y.tolist(),
            "run": self.run.tolist(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Points:
        """Rebuild what :meth:`to_dict` returned."""
        columns = {name: np.array(column, float) for name, column in values["columns"].items()}
        return cls(
            values["source"],
            columns,
            np.array(values["y"], float),
            np.array(values["run"], str),
        )


@dataclass(frozen=True, eq=False)
class Cell:
    """The replicates at one setting of the predictors."""

    x: Array
    """``(d,)``."""
    rows: NDArray[np.intp]


def cells(points: Points, names: Sequence[str]) -> list[Cell]:
    """Group the rows that share their predictors, in rising order of the first predictor."""
    settings, inverse, counts = np.unique(
        points.x(names), axis=1, return_inverse=True, return_counts=True
    )
    order = np.argsort(inverse.ravel(), kind="stable")
    rows = np.split(order, np.cumsum(counts)[:-1])
    return [Cell(settings[:, i], rows[i]) for i in range(len(rows))]


def size_of(law: Law, x: Array) -> Array:
    """Return the size of each setting: the product of the predictors that have a unit."""
    return np.asarray(np.prod(x[list(law.scaled)], axis=0))


def are_shares(columns: Sequence[Array]) -> bool:
    """Return whether columns are shares of a mixture: two or more, from 0, at most 1 in sum."""
    if len(columns) < 2:
        return False
    values = np.stack(columns)
    return bool(np.all(values >= 0.0) and np.all(values.sum(axis=0) <= 1.0 + _ROUNDED))


def require(law: Law, points: Points, names: Sequence[str]) -> None:
    """Check that ``points`` can identify ``law`` at all.

    Raises
    ------
    FitError
        If a predictor has one value only, or there are fewer settings than parameters.
    """
    for name in names:
        values = np.unique(points.columns[name])
        if len(values) == 1:
            raise FitError(
                f'source "{points.source}": all runs have {name} = {values[0]:g}, and a {law.name} '
                f"law needs several scales: add runs at other values of {name}"
            )
    found, needed = len(cells(points, names)), len(law.parameters)
    if found < needed:
        raise FitError(
            f'source "{points.source}": found {found} different settings of {", ".join(names)}, '
            f"and a {law.name} law has {needed} parameters: add runs at other settings"
        )


def once(
    runs: Runs, columns: Sequence[str | None], names: Sequence[str | None] = ()
) -> tuple[Runs, int]:
    """Drop rows that repeat an earlier one in all of ``columns``; return how many they were.

    Of the columns ``names`` the text counts, of the others the value: 01 and 1 are two names, and
    one number.
    """
    asked = [column for column in columns if column is not None]
    texts = [runs.texts(c) if c in names else [str(value) for value in runs[c]] for c in asked]
    first: dict[tuple[str, ...], int] = {}
    for row, key in enumerate(zip(*texts, strict=True)):
        first.setdefault(key, row)
    return runs.take(list(first.values())), len(runs) - len(first)


def points_by_source(
    runs: Runs,
    *,
    x: Sequence[str],
    y: str,
    source: str | None,
    run: str | None,
    facts: Sequence[str] = (),
    shares: bool = False,
    rising: bool = False,
) -> dict[str, Points]:
    """Split a table into the points of each source, in the order of first appearance.

    ``facts`` are optional columns kept where the table has them. ``shares`` says that the
    predictors are shares of a mixture, which may be zero; ``rising``, that more of ``y`` is better.
    Less than one epoch counts as one, for nothing was repeated.

    Raises
    ------
    DataError
        If a column is missing, a value is not a positive finite number, or a name is missing.
    FitError
        If no predictor is named, or a column is named twice.
    """
    if not x or len({*x, y}) <= len(x):
        raise FitError(
            f"found x = {', '.join(x) or 'nothing'} and y = {y}: name one or more columns as x, "
            "each once, and another as y"
        )
    known = [name for name in facts if name in runs and name not in x]
    columns = {
        **{
            name: _shares(runs, name) if shares else runs.numbers(name, positive=True) for name in x
        },
        **{name: runs.numbers(name, positive=True) for name in known},
    }
    if "epochs" in columns:
        columns["epochs"] = np.maximum(columns["epochs"], 1.0)
    names = list(columns)
    losses = losses_of(runs, y, rising=rising)
    sources = runs.names(source) if source is not None else np.full(len(runs), "all")
    labels = runs.names(run) if run is not None else None
    out = {}
    for name in dict.fromkeys(sources.tolist()):
        rows = np.flatnonzero(sources == name)
        last = losses[rows] if labels is None else labels[rows]
        rows = rows[np.lexsort([last, *(columns[column][rows] for column in reversed(names))])]
        out[name] = Points(
            name,
            {column: values[rows] for column, values in columns.items()},
            losses[rows],
            labels[rows] if labels is not None else np.array([f"{i:06}" for i in range(len(rows))]),
        )
    return out


def _shares(runs: Runs, name: str) -> Array:
    values = runs.numbers(name)
    bad = (values < 0) | (values > 1)
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(
            f'{runs.origin}: row {row + 1}, column "{name}": found {values[row]:g}, expected a '
            "share from 0 to 1: correct or drop the row"
        )
    return values
