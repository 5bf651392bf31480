"""Two models on the same windows: the difference of their losses, document by document."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from assay.errors import DataError
from assay.evaluate.evaluate import SUMS, by_document
from assay.evaluate.run import WINDOWS, read_windows
from assay.kernels import ArgumentError, DocumentSums
from assay.kernels.segment_reduce import Difference, paired_difference

__all__ = ["document_sums", "run_difference"]


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
    sums = []
    for folder in (one, other):
        tables = read_windows(folder / WINDOWS)
        if evaluation not in tables:
            raise DataError(f"{folder / WINDOWS} has the sets {list(tables)} and no {evaluation}")
        sums.append(document_sums(tables[evaluation]))
    try:
        return paired_difference(sums[0], sums[1])
    except ArgumentError as error:
        raise DataError(f"{one} and {other} cannot be compared on {evaluation}: {error}") from None


def document_sums(table: NDArray[np.void]) -> DocumentSums:
    """Sum the windows of each document; windows stand in for documents where there is only one.

    Parameters
    ----------
    table
        Rows of :data:`assay.evaluate.evaluate.TABLE`, shape [windows].
    """
    sums = {
        name: torch.from_numpy(np.ascontiguousarray(by_document(table, table[column])))
        for column, name in SUMS.items()
    }
    return DocumentSums(domain=torch.zeros_like(sums["tokens"]), **sums)
