"""Reading a table of runs: CSV and parquet files, Arrow streams, columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError
from assay.ingest.runs import Runs

__all__ = ["read_runs"]


def read_runs(source: Any) -> Runs:
    """Read a table of runs.

    Parameters
    ----------
    source
        A path of a ``.csv`` or ``.parquet`` file, in which names are what stands there (01 is not
        1); any object with the Arrow stream interface
        (``__arrow_c_stream__``: pandas, Polars, pyarrow, DuckDB); a mapping of column names to
        sequences; or a :class:`Runs`, which is returned as it is.

    Raises
    ------
    DataError
        If the file is missing or unreadable, or the table has no rows or uneven columns.

    Examples
    --------
    >>> import assay
    >>> runs = assay.read_runs({"tokens": [1e6, 2e6], "loss": [2.6, 2.5]})
    >>> len(runs), list(runs.columns)
    (2, ['tokens', 'loss'])
    """
    if isinstance(source, Runs):
        return source
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        return _from_file(path)
    if hasattr(source, "__arrow_c_stream__"):
        return _from_frame(source)
    if isinstance(source, Mapping):
        return Runs(source)
    raise DataError(
        f"cannot read runs from {type(source).__name__}: expected a path of a .csv or .parquet "
        "file, a table with the Arrow stream interface, or a mapping of columns"
    )


def _from_file(path: Path) -> Runs:
    import pyarrow as pa
    from pyarrow import csv, parquet

    readers = {".csv": csv.read_csv, ".parquet": parquet.read_table}
    kind = path.suffix.lower()
    if kind not in readers:
        raise DataError(f'{path}: found the suffix "{path.suffix}", expected .csv or .parquet')
    if not path.is_file():
        raise DataError(f"{path}: there is no such file")
    try:
        table = readers[kind](str(path))
        names = _column_names(table, str(path))
        written = _written(path, table, names) if kind == ".csv" else {}
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path}: not a readable {path.suffix[1:]} table: {_reason(error)}"
        ) from None
    return _from_arrow(table, names, str(path), written)


def _written(path: Path, table: Any, names: Sequence[str]) -> dict[str, Any]:
    """Read the columns that were read as numbers, dates or truth values once more, as text."""
    import pyarrow as pa
    from pyarrow import csv

    text = (pa.string(), pa.binary())
    other = [name for name in names if table.schema.field(name).type not in text]
    if not other:
        return {}
    options = csv.ConvertOptions(
        include_columns=other, column_types=dict.fromkeys(other, pa.string())
    )
    again = csv.read_csv(str(path), convert_options=options)
    return {name: again.column(name).to_numpy() for name in other}


def _from_frame(frame: Any) -> Runs:
    import pyarrow as pa

    try:
        table = pa.table(frame)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        if not isinstance(getattr(frame, "columns", None), Iterable):
            kind = type(frame).__name__
            raise DataError(f"cannot read {kind} as a table: {_reason(error)}") from None
        return _by_column(frame)
    origin = "the table"
    return _from_arrow(table, _column_names(table, origin), origin, {})


def _by_column(frame: Any) -> Runs:
    """Read a frame, of which one column or more is none of Arrow's, column by column."""
    columns, unread = {}, {}
    _refuse_doubles([str(name) for name in frame.columns], "the table")
    for name in frame.columns:
        try:
            columns[str(name)] = _objects(frame[name])
        except Exception as error:  # of pandas, Polars or others: theirs to choose
            unread[str(name)] = f"cannot be read: {_reason(error)}"
    return Runs(columns, unread=unread)


def _from_arrow(table: Any, names: Sequence[str], origin: str, written: dict[str, Any]) -> Runs:
    import pyarrow as pa

    columns, unread = {}, {}
    for name in names:
        column = table.column(name)
        try:
            columns[name] = column.to_numpy()
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            try:
                columns[name] = _objects(column.to_pylist())
            except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
                unread[name] = f"cannot be read: {_reason(error)}"
    return Runs(columns, origin, written, unread)


def _objects(values: Iterable[Any]) -> NDArray[Any]:
    """Return a column of whatever the values are, narrowed to numbers or texts where all are."""
    listed = list(values)
    kinds = {type(value) for value in listed}
    if len(kinds) == 1 and kinds <= {bool, int, float, str}:
        return np.array(listed)
    column = np.empty(len(listed), dtype=object)
    for row, value in enumerate(listed):
        column[row] = value
    return column


def _column_names(table: Any, origin: str) -> list[str]:
    try:
        names: list[str] = table.column_names
    except UnicodeDecodeError:
        raise DataError(
            f"{origin}: the name of a column is not text in UTF-8: save the table as UTF-8"
        ) from None
    _refuse_doubles(names, origin)
    return names


def _refuse_doubles(names: Sequence[str], origin: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{origin}: several columns are named {', '.join(twice)}: keep one of each")


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
