"""Reading a table of runs: CSV and parquet files, Arrow streams, columns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay.errors import DataError
from assay.ingest.runs import Runs

__all__ = ["read_runs"]


def read_runs(source: Any) -> Runs:
    """Read a table of runs.

    Parameters
    ----------
    source
        A path of a ``.csv`` or ``.parquet`` file; any object with the Arrow stream interface
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
        return _from_arrow(_read_file(path), str(path))
    if hasattr(source, "__arrow_c_stream__"):
        import pyarrow as pa

        try:
            table = pa.table(source)
        except (pa.ArrowException, TypeError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"cannot read {type(source).__name__} as a table: {reason}") from None
        return _from_arrow(table, "the table")
    if isinstance(source, Mapping):
        return Runs(source)
    raise DataError(
        f"cannot read runs from {type(source).__name__}: expected a path of a .csv or .parquet "
        "file, a table with the Arrow stream interface, or a mapping of columns"
    )


def _read_file(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import csv, parquet

    readers = {".csv": csv.read_csv, ".parquet": parquet.read_table}
    kind = path.suffix.lower()
    if kind not in readers:
        raise DataError(f'{path}: found the suffix "{path.suffix}", expected .csv or .parquet')
    if not path.is_file():
        raise DataError(f"{path}: there is no such file")
    try:
        return readers[kind](str(path))
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path}: not a readable {path.suffix[1:]} table: {reason}") from None


def _from_arrow(table: Any, origin: str) -> Runs:
    names = table.column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{origin}: several columns are named {', '.join(twice)}: keep one of each")
    return Runs({name: table.column(name).to_numpy() for name in table.column_names}, origin)
