"""The table of runs that the fits read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError
from assay.immutable import freeze, read_only

__all__ = ["Runs"]


@dataclass(frozen=True, eq=False)
class Runs:
    """Named columns of one length, read-only: one row per measured run.

    Raises
    ------
    DataError
        If there is no row or no column, the columns differ in length or are not one-dimensional,
        or values are masked.
    """

    columns: Mapping[str, NDArray[Any]]
    origin: str = "the table"
    """Where the table came from, for messages."""

    def __post_init__(self) -> None:
        """Copy the columns, check their shapes and freeze them."""
        for name, values in self.columns.items():
            if np.ma.is_masked(values):
                raise DataError(f'{self.origin}: column "{name}" has masked values: drop the rows')
        copies = {str(name): self._column(name, values) for name, values in self.columns.items()}
        if not copies:
            raise DataError(f"{self.origin}: has no columns")
        shapes = {name: values.shape for name, values in copies.items()}
        if len(set(shapes.values())) != 1 or any(len(shape) != 1 for shape in shapes.values()):
            raise DataError(f"{self.origin}: expected columns of one length, found {shapes}")
        freeze(self, columns={name: read_only(values) for name, values in copies.items()})
        if len(self) == 0:
            raise DataError(f"{self.origin}: has no rows")

    def _column(self, name: str, values: Any) -> NDArray[Any]:
        if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
            kind = type(values).__name__
            raise DataError(
                f'{self.origin}: column "{name}" is one {kind}, expected a value for each run'
            )
        try:
            return np.array(values)
        except ValueError as error:
            raise DataError(f'{self.origin}: column "{name}" is no column: {error}') from None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))

    def __contains__(self, name: object) -> bool:
        """Return whether there is a column ``name``."""
        return name in self.columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return the column ``name`` as it was given.

        Raises
        ------
        DataError
            If there is no such column; the message lists those there are.
        """
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
            bad |= ~(values > 0)
        if bad.any():
            row = int(np.argmax(bad))
            expected = "a positive number" if positive else "a finite number"
            raise DataError(
                f'{self.origin}: row {row + 1}, column "{name}": found '
                f"{self[name][row]!s}, expected {expected}: correct or drop the row"
            )
        return values

    def texts(self, name: str) -> NDArray[np.str_]:
        """Return the column ``name`` as text.

        Raises
        ------
        DataError
            If a value is bytes that are not text; the message names the first such row.
        """
        for row, value in enumerate(self[name], start=1):
            if isinstance(value, bytes):
                raise DataError(
                    f'{self.origin}: row {row}, column "{name}": found {value!r}, which is not '
                    "text in UTF-8: save the table as UTF-8"
                )
        return np.array([str(value) for value in self[name]])

    def names(self, name: str) -> NDArray[np.str_]:
        """Return the column ``name``, which names something in every row, as text.

        Raises
        ------
        DataError
            If a row has no name; the message gives the first such row (the first row is 1).
        """
        for row, value in enumerate(self[name], start=1):
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
    except (TypeError, ValueError):
        return np.array([_as_float(value) for value in values])


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
