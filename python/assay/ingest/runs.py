"""The table of runs that the fits read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError
from assay.immutable import freeze, read_only

__all__ = ["Runs"]


@dataclass(frozen=True, eq=False)
class Runs:
    """Named columns of one length, read-only: one row per measured run.

    A column that cannot be read stops nothing until it is asked for.

    Raises
    ------
    DataError
        If there is no row or no column that can be read, or the columns differ in length.
    """

    columns: Mapping[str, NDArray[Any]]
    origin: str = "the table"
    """Where the table came from, for messages."""
    written: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """The text of columns as a file has it, where ``columns`` has what it was read as: 1 for 01."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with each column that cannot be read."""

    def __post_init__(self) -> None:
        """Copy the columns, check their shapes and freeze them."""
        copies: dict[str, NDArray[Any]] = {}
        unread = dict(self.unread)
        for name, values in self.columns.items():
            column = self._column(str(name), values)
            if isinstance(column, str):
                unread[str(name)] = column
            else:
                copies[str(name)] = column
        if not copies:
            first = next((f'column "{name}" {why}' for name, why in unread.items()), None)
            raise DataError(f"{self.origin}: {first or 'has no columns'}")
        shapes = {name: values.shape for name, values in copies.items()}
        if len(set(shapes.values())) != 1:
            raise DataError(f"{self.origin}: expected columns of one length, found {shapes}")
        written = {name: np.array(values) for name, values in self.written.items()}
        freeze(
            self,
            columns={name: read_only(values) for name, values in copies.items()},
            written={name: read_only(values) for name, values in written.items()},
            unread=unread,
        )
        if len(self) == 0:
            raise DataError(f"{self.origin}: has no rows")

    def _column(self, name: str, values: Any) -> NDArray[Any] | str:
        """Copy a column; where it is not one of values, return what is wrong with it."""
        if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
            kind = type(values).__name__
            raise DataError(
                f'{self.origin}: column "{name}" is one {kind}, expected a value for each run'
            )
        if np.ma.is_masked(values):
            return "has masked values: drop the rows"
        try:
            column = np.array(values)
        except ValueError as error:
            return f"is no column: {error}"
        if column.ndim != 1:
            return f"has the shape {column.shape}, expected one value for each run"
        return column

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))

    def __contains__(self, name: object) -> bool:
        """Return whether there is a column ``name``."""
        return name in self.columns or name in self.unread

    def take(self, rows: Sequence[int]) -> Runs:
        """Return some rows."""
        columns, written = (
            {name: values[rows] for name, values in kept.items()}
            for kept in (self.columns, self.written)
        )
        return Runs(columns, self.origin, written, self.unread)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return the column ``name`` as it was given.

        Raises
        ------
        DataError
            If there is no such column, which lists those there are, or it cannot be read.
        """
        if name in self.unread:
            raise DataError(f'{self.origin}: column "{name}" {self.unread[name]}')
        if name not in self.columns:
            raise DataError(
                f'{self.origin}: has no column "{name}", found {", ".join(self.columns)}'
            )
        return self.columns[name]

    def numbers(self, name: str, *, positive: bool = False) -> NDArray[np.float64]:
        """Return the column ``name`` as finite floats.

        Raises
        ------
        DataError
            If a value is missing, not a number, not finite, or not ``positive`` where it must be;
            the message names the first such row (the first row is 1).
        """
        values = _as_floats(self[name])
        bad = ~np.isfinite(values)
        if positive:
            bad |= ~(values >= np.finfo(np.float64).tiny)
        if bad.any():
            row = int(np.argmax(bad))
            expected = "a positive number" if positive else "a finite number"
            raise DataError(
                f'{self.origin}: row {row + 1}, column "{name}": found '
                f"{self[name][row]!s}, expected {expected}: correct or drop the row"
            )
        return values

    def texts(self, name: str) -> NDArray[np.str_]:
        """Return the column ``name`` as text, which for a file is what stands in it.

        Raises
        ------
        DataError
            If a value is bytes that are not text; the message names the first such row.
        """
        values = self.written.get(name, self[name])
        for row, value in enumerate(values, start=1):
            if isinstance(value, bytes):
                raise DataError(
                    f'{self.origin}: row {row}, column "{name}": found {value!r}, which is not '
                    "text in UTF-8: save the table as UTF-8"
                )
        if values.dtype.kind == "M" and np.all(values == values.astype("M8[D]")):
            values = values.astype("M8[D]")  # days are named without the time of day
        return np.array([str(value) for value in values])

    def names(self, name: str) -> NDArray[np.str_]:
        """Return the column ``name``, which names something in every row, as text.

        Raises
        ------
        DataError
            If a row has no name; the message gives the first such row (the first row is 1).
        """
        for row, value in enumerate(self.written.get(name, self[name]), start=1):
            if value is None or value != value or value == "":
                raise DataError(
                    f'{self.origin}: row {row}, column "{name}": found no name: add one or drop '
                    "the row"
                )
        return self.texts(name)


def _as_floats(values: NDArray[Any]) -> NDArray[np.float64]:
    if values.dtype.kind in "cmM":  # complex numbers, spans of time and dates would lose a part
        return np.full(len(values), np.nan)
    try:
        return values.astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        return np.array([_as_float(value) for value in values])


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number beyond all floats
        return float("inf")
    except (TypeError, ValueError):
        return float("nan")
