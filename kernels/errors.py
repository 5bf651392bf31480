"""The error that kernels raise where they are used without assay: a ``ValueError``."""

__all__ = ["ArgumentError"]


class ArgumentError(ValueError):
    """An argument has a wrong shape, type, device or value; the message names it."""
