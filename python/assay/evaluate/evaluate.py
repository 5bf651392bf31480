"""Losses of a model over windows, as a table by window, and their summary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError
from assay.evaluate.windows import Window, Windows

__all__ = ["SUMS", "TABLE", "Summary", "TokenLosses", "by_document", "evaluate", "summarise"]

_BINS = 15  # of confidence, as in assay.kernels.segment_reduce; importing it would import torch
TABLE = np.dtype(
    [
        ("window", "i8"),
        ("document", "i8"),
        ("nll", "f8"),
        ("tokens", "i8"),
        ("bytes", "i8"),
        ("top1", "i8"),
        ("brier", "f8"),
        ("bin_tokens", "i8", (_BINS,)),
        ("bin_confidence", "f8", (_BINS,)),
        ("bin_right", "i8", (_BINS,)),
    ]
)
"""A row for each window: nll in nats, summed in float64; predicted tokens, their bytes and how many
were the most likely ones; the sum of Brier scores; and by bins of confidence tokens, their
confidence and how many were right."""

_RENAMED = {"nll": "nats", "top1": "right"}
SUMS = {column: _RENAMED.get(column, column) for column in (TABLE.names or ())[2:]}
"""The columns of sums, and their names in ``assay.kernels.DocumentSums``."""


class TokenLosses(Protocol):
    """A model, as evaluation sees it."""

    def sums(self, windows: Sequence[Window]) -> Any:
        """Return ``assay.kernels.DocumentSums`` of some windows."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The loss over a set of windows."""

    loss: float
    """Nats per token."""
    loss_se: float
    """Its standard error over documents."""
    bits_per_byte: float
    top1: float
    """Share of tokens that were the most likely ones."""
    brier: float
    """Mean over tokens of the sum over words of (p - [is the token])^2."""
    calibration_error: float
    """Mean of |share right - confidence| over bins of confidence, weighted with their tokens."""
    windows: int
    tokens: int
    bytes: int


def evaluate(model: TokenLosses, windows: Windows, *, batch_windows: int = 8) -> NDArray[np.void]:
    """Measure every window.

    A window's row is a function of the model and the window alone, to the last bit: the body of
    the model sees one window at a time, without padding, and the losses of a row of hidden states
    do not depend on the other rows. ``batch_windows`` only sets how many windows the head takes at
    once, and so what memory their hidden states need.

    Returns
    -------
    numpy.ndarray
        Rows of :data:`TABLE`, in the order of the windows.
    """
    table = np.zeros(len(windows), dtype=TABLE)
    for start in range(0, len(windows), batch_windows):
        batch = range(start, min(start + batch_windows, len(windows)))
        sums = model.sums([windows.window(i) for i in batch])
        for column, name in SUMS.items():
            table[column][batch.start : batch.stop] = getattr(sums, name)
    table["window"] = np.arange(len(windows))
    table["document"] = windows.document
    return table


def summarise(table: NDArray[np.void]) -> Summary:
    """Summarise a table of windows.

    The loss is a ratio of sums over documents, and its standard error that of a ratio estimator
    with documents as clusters (Cochran, Sampling Techniques, 1977, sections 6.5 and 9A); windows
    stand in for documents where all are of one document.

    Raises
    ------
    DataError
        If there are fewer than two windows, or the windows cover no text.
    """
    if len(table) < 2:
        raise DataError(f"{len(table)} windows measured: a standard error needs at least two")
    tokens, text_bytes = int(table["tokens"].sum()), int(table["bytes"].sum())
    if text_bytes == 0:
        raise DataError("the windows cover 0 bytes of text: bits per byte need some text")
    nll = math.fsum(table["nll"])
    loss = nll / tokens
    residuals = by_document(table, table["nll"] - loss * table["tokens"])
    clusters = len(residuals)
    variance = clusters / (clusters - 1) * float((residuals**2).sum())
    return Summary(
        loss=loss,
        loss_se=math.sqrt(variance) / tokens,
        bits_per_byte=nll / math.log(2) / text_bytes,
        top1=int(table["top1"].sum()) / tokens,
        brier=math.fsum(table["brier"]) / tokens,
        calibration_error=math.fsum(_calibration_gaps(table)) / tokens,
        windows=len(table),
        tokens=tokens,
        bytes=text_bytes,
    )


def by_document(table: NDArray[np.void], values: NDArray[Any]) -> NDArray[Any]:
    """Sum values of windows, shape [windows, ...], over each document, in the order of documents.

    Where all windows are of one document they stand in for documents, and keep their values.
    """
    documents, cluster = np.unique(table["document"], return_inverse=True)
    if len(documents) == 1:
        return values
    sums = np.zeros((len(documents), *values.shape[1:]), values.dtype)
    np.add.at(sums, cluster, values)
    return sums


def _calibration_gaps(table: NDArray[np.void]) -> Iterator[float]:
    for i in range(_BINS):
        right = int(table["bin_right"][:, i].sum())
        yield abs(right - math.fsum(table["bin_confidence"][:, i]))
