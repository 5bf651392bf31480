"""Fused kernels of assay; they need torch, and Triton only where a GPU runs them."""

# By full name, here and in every file: where this folder's parent is on the path, transformers
# finds it as `kernels` and imports it, and relative imports would register the operator twice.
from assay.kernels.linear_token_loss import ArgumentError, TokenLoss, linear_token_loss
from assay.kernels.segment_reduce import (
    Difference,
    DocumentSums,
    Statistics,
    paired_difference,
    segment_reduce,
    statistics,
)

__all__ = [
    "ArgumentError",
    "Difference",
    "DocumentSums",
    "Statistics",
    "TokenLoss",
    "linear_token_loss",
    "paired_difference",
    "segment_reduce",
    "statistics",
]
