"""Losses of one model, or differences of two, with standard errors, from tables of windows.

Every statistic is a ratio of sums over documents, such as nats per token. Its standard error is
that of a ratio estimator with documents as clusters (Cochran, Sampling Techniques, 1977, sections
6.5 and 9A). Where all windows are of one document they stand in for documents.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import DataError

__all__ = ["Difference", "Estimate", "Summary", "paired_difference", "summarise"]

_NATS_PER_BIT = math.log(2)


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error over documents."""

    value: float
    """NaN where what it is counted per, such as bytes of text, is 0."""
    se: float
    """NaN also where there is only one window."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The loss over a set of windows; ``_se`` is a standard error over documents."""

    loss: float
    """Nats per token."""
    loss_se: float
    bits_per_byte: float
    bits_per_byte_se: float
    top1: float
    """Share of tokens that were the most likely ones."""
    top1_se: float
    brier: float
    """Mean over tokens of the sum over words of (p - [is the token])^2."""
    brier_se: float
    calibration_error: float
    """Mean of |share right - confidence| over bins of confidence, weighted with their tokens."""
    windows: int
    tokens: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Loss of one model minus that of another on the same windows."""

    documents: int
    """Number of clusters: documents, or windows where all windows are of one document."""
    tokens: int
    loss: Estimate
    """Nats per token."""
    bits_per_byte: Estimate


def summarise(table: NDArray[np.void]) -> Summary:
    """Summarise what a model does on some windows.

    Parameters
    ----------
    table
        Rows of :data:`assay.evaluate.losses.TABLE`, shape [windows].

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
    loss = _ratio(table, table["nll"], table["tokens"])
    bits_per_byte = _ratio(table, table["nll"], table["bytes"], unit=_NATS_PER_BIT)
    top1 = _ratio(table, table["top1"], table["tokens"])
    brier = _ratio(table, table["brier"], table["tokens"])
    return Summary(
        loss=loss.value,
        loss_se=loss.se,
        bits_per_byte=bits_per_byte.value,
        bits_per_byte_se=bits_per_byte.se,
        top1=top1.value,
        top1_se=top1.se,
        brier=brier.value,
        brier_se=brier.se,
        calibration_error=math.fsum(_calibration_gaps(table)) / tokens,
        windows=len(table),
        tokens=tokens,
        bytes=text_bytes,
    )


def paired_difference(one: NDArray[np.void], other: NDArray[np.void]) -> Difference:
    """Compare two models on the same windows: the loss of ``one`` minus that of ``other``.

    What makes a document hard for both models cancels, so that the standard error is far below that
    of either loss.

    Parameters
    ----------
    one, other
        Rows of :data:`assay.evaluate.losses.TABLE`, shape [windows].

    Raises
    ------
    DataError
        If the windows are not the same, or there are none.
    """
    for name in ("document", "tokens", "bytes"):
        if not np.array_equal(one[name], other[name]):
            raise DataError(
                f"one and other differ in {name}, with {len(one)} and {len(other)} windows: "
                "differences are between two models on the same windows"
            )
    if not len(one):
        raise DataError("one and other have 0 windows: a difference needs at least one")
    nats = one["nll"] - other["nll"]
    return Difference(
        documents=len(_by_document(one, nats)),
        tokens=int(one["tokens"].sum()),
        loss=_ratio(one, nats, one["tokens"]),
        bits_per_byte=_ratio(one, nats, one["bytes"], unit=_NATS_PER_BIT),
    )


def _ratio(
    table: NDArray[np.void], above: NDArray[Any], below: NDArray[Any], unit: float = 1.0
) -> Estimate:
    """Return the sum of ``above``, counted in ``unit``, over that of ``below``.

    Both have one value for each window of ``table``.
    """
    total = int(below.sum())
    if total == 0:
        return Estimate(math.nan, math.nan)
    value = math.fsum(above) / unit / total
    residuals = _by_document(table, above / unit - value * below)
    clusters = len(residuals)
    if clusters < 2:
        return Estimate(value, math.nan)
    variance = clusters / (clusters - 1) * float((residuals**2).sum())
    return Estimate(value, math.sqrt(variance) / total)


def _by_document(table: NDArray[np.void], values: NDArray[Any]) -> NDArray[Any]:
    """Sum one value for each window over each document, or keep all if there is one document."""
    documents, cluster = np.unique(table["document"], return_inverse=True)
    if len(documents) == 1:
        return values
    sums = np.zeros(len(documents), values.dtype)
    np.add.at(sums, cluster, values)
    return sums


def _calibration_gaps(table: NDArray[np.void]) -> Iterator[float]:
    for i in range(table["bin_right"].shape[1]):
        right = int(table["bin_right"][:, i].sum())
        yield abs(right - math.fsum(table["bin_confidence"][:, i]))
