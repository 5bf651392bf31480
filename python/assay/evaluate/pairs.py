"""Two measured runs on the same windows: the difference of their losses, document by document."""

from __future__ import annotations

from pathlib import Path

from assay.errors import DataError
from assay.evaluate.run import WINDOWS, read_windows
from assay.evaluate.statistics import Difference, paired_difference

__all__ = ["run_difference"]


def run_difference(one: Path, other: Path, evaluation: str) -> Difference:
    """Compare two measured runs: the loss of ``one`` minus that of ``other`` on one set.

    Parameters
    ----------
    one, other
        Folders with a ``windows.parquet``.
    evaluation
        Name of the evaluation set.

    Returns
    -------
    Difference
        In nats per token and in bits per byte, each with its standard error over documents.

    Raises
    ------
    DataError
        If a file is missing or damaged, has no such set, or they list other windows.
    """
    tables = []
    for folder in (one, other):
        by_set = read_windows(folder / WINDOWS)
        if evaluation not in by_set:
            raise DataError(f"{folder / WINDOWS} has the sets {list(by_set)} and no {evaluation}")
        tables.append(by_set[evaluation])
    try:
        return paired_difference(tables[0], tables[1])
    except DataError as error:
        raise DataError(f"{one} and {other} cannot be compared on {evaluation}: {error}") from None
