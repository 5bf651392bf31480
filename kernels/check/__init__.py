"""Check the kernels against float64 on the device at hand, and time them.

Run ``python -m assay.kernels.check``, or ``python kernels`` in a checkout, which needs nothing but
torch and triton. ``cases`` has the inputs and what is allowed, ``correct`` compares, ``timing``
measures beside the bare product, ``rivals`` are other ways to the same loss. Only what is correct
is timed.
"""

from assay.kernels.check.cases import CASES, TOLERANCE, Case, worst_error

__all__ = ["CASES", "TOLERANCE", "Case", "worst_error"]
