"""The errors that assay raises. Each class carries the exit code of the command line."""

from __future__ import annotations

__all__ = ["AssayError", "DataError", "FitError", "Interrupted", "MissingExtra", "StudyError"]


class AssayError(Exception):
    """Base of every error that assay raises on purpose; the message is one line for a person."""

    exit_code = 1


class StudyError(AssayError):
    """The study file, the recipe or the arguments ask for something that cannot be done."""

    exit_code = 2


class MissingExtra(AssayError):
    """A feature needs an optional dependency that is not installed."""

    exit_code = 2

    @classmethod
    def named(cls, extra: str, feature: str) -> MissingExtra:
        """Build the error for ``feature``, which comes with the optional ``extra``."""
        return cls(f'{feature} needs an optional part: pip install "assay[{extra}]"')


class DataError(AssayError):
    """Input data are missing, damaged, or not what their digest says."""

    exit_code = 3


class FitError(AssayError):
    """A law cannot be fitted to, or compared on, the measurements given."""


class Interrupted(AssayError):
    """Work stopped before its end; what is finished is kept and the same command resumes."""

    exit_code = 4
