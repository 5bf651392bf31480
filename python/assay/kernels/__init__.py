"""Fused kernels of assay; they need torch, and Triton only where a GPU runs them.

The kernels themselves are links to the folder kernels/ of the repository. They know nothing of
assay; only ``errors`` is assay's own.
"""

from assay.kernels.errors import ArgumentError
from assay.kernels.linear_token_loss.loss import TokenLoss, linear_token_loss
from assay.kernels.segment_reduce.sums import DocumentSums, segment_reduce

__all__ = [
    "ArgumentError",
    "DocumentSums",
    "TokenLoss",
    "linear_token_loss",
    "segment_reduce",
]
