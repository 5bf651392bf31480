"""The errors that assay raises. Each class carries the exit code of the command line."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["AssayError", "DataError", "FitError", "Interrupted", "MissingExtra", "StudyError"]

_MODULES = {
    "train": ("safetensors", "tokenizers", "torch", "tqdm", "transformers"),
    "report": ("jinja2", "matplotlib"),
}
"""What the optional parts bring, by extra."""


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
    def check(cls, extra: str, feature: str) -> None:
        """Raise unless every module of the optional ``extra`` can be imported."""
        if any(find_spec(module) is None for module in _MODULES[extra]):
            raise cls.named(extra, feature)

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
