"""Token losses summed by document and by domain, in float64 and the same to the last bit.

``sums`` makes sums of tokens for each document, ``statistics`` turns those into losses, bits per
byte, accuracy and calibration with standard errors, and compares two models; ``reference`` is the
definition of the sums, one token after the other: the slow twin.
"""

from .statistics import (
    Difference,
    Estimate,
    Statistics,
    paired_difference,
    statistics,
)
from .sums import BINS, DocumentSums, segment_reduce

__all__ = [
    "BINS",
    "Difference",
    "DocumentSums",
    "Estimate",
    "Statistics",
    "paired_difference",
    "segment_reduce",
    "statistics",
]
