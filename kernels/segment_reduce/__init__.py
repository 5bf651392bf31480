"""Token losses summed by document, in float64 and the same to the last bit in any batch.

``sums`` makes the sums; ``reference`` is their definition, one token after the other in Python.
"""

from .sums import DocumentSums, segment_reduce

__all__ = ["DocumentSums", "segment_reduce"]
