"""The error that kernels raise as part of assay, which ``except assay.AssayError`` catches.

Kernels take ``ArgumentError`` from the package that holds them. Outside assay that is the folder
kernels/ of the repository, whose own ``errors.py`` stands in the place of this file.
"""

from assay.errors import AssayError

__all__ = ["ArgumentError"]


class ArgumentError(AssayError, ValueError):
    """An argument has a wrong shape, type, device or value; the message names it."""

    exit_code = 2
