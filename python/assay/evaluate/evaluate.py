"""Losses of a model over windows, as a table by window, and their summary."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError
from assay.evaluate.windows import Windows

__all__ = ["TABLE", "Summary", "TokenLosses", "evaluate", "summarise"]

TABLE = np.dtype(
    [
        ("window", "i8"),
        ("document", "i8"),
        ("nll", "f8"),
        ("tokens", "i8"),
        ("bytes", "i8"),
        ("top1", "i8"),
    ]
)
"""A row for each window: nll in nats, summed in float64; tokens, bytes and right tokens."""


class TokenLosses(Protocol):
    """A model, as evaluation sees it."""

    def token_losses(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return loss and correctness of tokens 1.. of ``ids`` [B, L]; both [B, L - 1]."""


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
    windows: int
    tokens: int
    bytes: int


def evaluate(model: TokenLosses, windows: Windows, *, batch_windows: int = 1) -> NDArray[np.void]:
    """Measure every window.

    Windows are never padded: a batch holds windows of one length. On a CPU the last bits of a
    product depend on its number of rows, so only the default, one window a batch, makes a
    window's loss a function of the window alone, to the last bit; other batches differ by
    rounding, and are for devices that one window does not fill.

    Returns
    -------
    numpy.ndarray
        Rows of :data:`TABLE`, in the order of the windows.
    """
    table = np.zeros(len(windows), dtype=TABLE)
    for batch in _batches(windows, batch_windows):
        losses, right = model.token_losses(np.stack([windows.tokens(i) for i in batch]))
        table["nll"][batch] = losses.sum(axis=1)
        table["tokens"][batch] = losses.shape[1]
        table["top1"][batch] = right.sum(axis=1)
    table["window"] = np.arange(len(windows))
    table["document"] = windows.document
    table["bytes"] = [windows.text_bytes(i) for i in range(len(windows))]
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
    residuals = _by_document(table, table["nll"] - loss * table["tokens"])
    clusters = len(residuals)
    variance = clusters / (clusters - 1) * float((residuals**2).sum())
    return Summary(
        loss=loss,
        loss_se=math.sqrt(variance) / tokens,
        bits_per_byte=nll / math.log(2) / text_bytes,
        top1=int(table["top1"].sum()) / tokens,
        windows=len(table),
        tokens=tokens,
        bytes=text_bytes,
    )


def _by_document(table: NDArray[np.void], values: NDArray[np.float64]) -> NDArray[np.float64]:
    documents, cluster = np.unique(table["document"], return_inverse=True)
    if len(documents) == 1:
        return values
    sums = np.zeros(len(documents))
    np.add.at(sums, cluster, values)
    return sums


def _batches(windows: Windows, size: int) -> Iterator[NDArray[Any]]:
    lengths = windows.stop - windows.start
    for length in np.unique(lengths):
        of_length = np.flatnonzero(lengths == length)
        for first in range(0, len(of_length), size):
            yield of_length[first : first + size]
