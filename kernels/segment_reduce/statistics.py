"""Losses of a domain from the sums of its documents, and differences between two models.

Every statistic is a ratio of sums over documents, and its standard error that of a ratio estimator
with documents as clusters (Cochran, Sampling Techniques, 1977, sections 6.5 and 9A). Sums over
documents are rounded once (``math.fsum``): they do not depend on the order of the documents.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..errors import ArgumentError
from .sums import DocumentSums

__all__ = ["Difference", "Estimate", "Statistics", "paired_difference", "statistics"]


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error over documents; NaN where there is only one document."""

    value: float
    se: float


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What a model does on the documents of one domain."""

    documents: int
    """Documents with at least one predicted token."""
    tokens: int
    bytes: int
    loss: Estimate
    """Nats per token."""
    bits_per_byte: Estimate
    """NaN where no bytes were given."""
    top1: Estimate
    """Share of tokens that were the most likely one."""
    brier: Estimate
    """Mean Brier score, from 0 to 2."""
    calibration_error: float
    """Mean of |share right - confidence| over the bins, weighted with their tokens."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Loss of one model minus that of another on the same documents."""

    documents: int
    tokens: int
    loss: Estimate
    """Nats per token."""
    bits_per_byte: Estimate
    """NaN where no bytes were given."""


def statistics(sums: DocumentSums, domain: int | None = None) -> Statistics:
    """Summarise the documents of one domain, or of all.

    Raises
    ------
    ArgumentError
        If no token of these documents was predicted.
    """
    chosen = _chosen(sums, domain)
    tokens, text = sums.tokens[chosen], sums.bytes[chosen]
    gaps = (
        _total(sums.bin_right[chosen, i]) - _total(sums.bin_confidence[chosen, i])
        for i in range(sums.bin_tokens.shape[1])
    )
    return Statistics(
        documents=len(tokens),
        tokens=int(tokens.sum()),
        bytes=int(text.sum()),
        loss=_ratio(sums.nats[chosen], tokens),
        bits_per_byte=_ratio(sums.nats[chosen] / math.log(2), text),
        top1=_ratio(sums.right[chosen], tokens),
        brier=_ratio(sums.brier[chosen], tokens),
        calibration_error=math.fsum(map(abs, gaps)) / int(tokens.sum()),
    )


def paired_difference(
    one: DocumentSums, other: DocumentSums, domain: int | None = None
) -> Difference:
    """Compare two models on the same documents: the loss of ``one`` minus that of ``other``.

    What makes a document hard for both cancels, so that the standard error is far below that of
    either loss.

    Raises
    ------
    ArgumentError
        If the documents are not the same, or none was predicted.
    """
    for name in ("domain", "tokens", "bytes"):
        a, b = getattr(one, name), getattr(other, name)
        if not torch.equal(a, b):
            raise ArgumentError(
                f"one and other differ in {name}, {list(a.shape)} and {list(b.shape)}: differences "
                "are between two models on the same tokens"
            )
    chosen = _chosen(one, domain)
    tokens = one.tokens[chosen]
    nats = one.nats[chosen] - other.nats[chosen]
    return Difference(
        documents=len(tokens),
        tokens=int(tokens.sum()),
        loss=_ratio(nats, tokens),
        bits_per_byte=_ratio(nats / math.log(2), one.bytes[chosen]),
    )


def _chosen(sums: DocumentSums, domain: int | None) -> Tensor:
    chosen = sums.tokens > 0
    if domain is not None:
        chosen &= sums.domain == domain
    if not bool(chosen.any()):
        where = "" if domain is None else f" of domain {domain}"
        raise ArgumentError(f"sums [{len(sums)}] has no predicted token{where}")
    return chosen


def _total(values: Tensor) -> float:
    return math.fsum(values.double().tolist())


def _ratio(above: Tensor, below: Tensor) -> Estimate:
    total = _total(below)
    if total == 0:
        return Estimate(math.nan, math.nan)
    value = _total(above) / total
    residuals = above.double() - value * below.double()
    count = len(residuals)
    if count < 2:
        return Estimate(value, math.nan)
    return Estimate(value, math.sqrt(count / (count - 1) * _total(residuals.square())) / total)
