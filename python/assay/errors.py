"""The errors that assay raises. Each class carries the exit code of the command line."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, cast

__all__ = [
    "AssayError",
    "DataError",
    "FitError",
    "Interrupted",
    "MissingExtra",
    "RecipeError",
    "StudyError",
]

_MODULES = {
    "train": ("safetensors", "tokenizers", "torch", "tqdm", "transformers"),
    "report": ("jinja2", "matplotlib"),
}
"""What the optional parts bring, by extra."""


class AssayError(Exception):
    """Base of every error that assay raises on purpose; the message is one line for a person.

    Where the system refused to read or write a file in the corpus engine, or a file is not there,
    the error is also the ``OSError`` that Python has for it, such as a ``FileNotFoundError``.
    """

    exit_code = 1


class StudyError(AssayError):
    """The study file, the recipe or the arguments ask for something that cannot be done."""

    exit_code = 2


class RecipeError(StudyError):
    """A recipe, or the settings of a stage of the corpus engine, asks for what cannot be done.

    It is a ``StudyError`` too, because a study runs recipes of its own.
    """


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
        return cls(
            f'{feature} needs an optional part: pip install "WHEEL[{extra}]", where WHEEL is the '
            "path of assay's wheel, which `cargo x build` makes in a clone"
        )


class DataError(AssayError):
    """Input data are missing, damaged, or not what their digest says."""

    exit_code = 3


class FitError(AssayError):
    """A law cannot be fitted to, or compared on, the measurements given."""

    exit_code = 3


class Interrupted(AssayError):
    """Work stopped before its end; what is finished is kept and the same command resumes."""

    exit_code = 4


def by_system(
    error: type[AssayError], also: type[OSError], code: int | None, message: str
) -> AssayError:
    """Build an error that the system caused, which is an ``OSError`` too; the engine calls this.

    Parameters
    ----------
    error
        What the trouble is for assay.
    also
        What it is for Python: ``FileNotFoundError``, ``PermissionError``, ...
    code
        The system's error number, where there is one.
    """
    both = _BOTH.get((error, also))
    if both is None:
        both = _BOTH[error, also] = _both(error, also)
    built = both(message)
    cast(OSError, built).errno = code
    return built


_BOTH: dict[tuple[type[AssayError], type[OSError]], type[AssayError]] = {}
"""The classes that are both, each built once: equal errors have equal classes."""


def _both(error: type[AssayError], also: type[OSError]) -> type[AssayError]:
    """Build the class of errors that are both, under the name of the first."""

    def reduce(self: Any) -> tuple[Any, ...]:
        return by_system, (error, also, self.errno, str(self))

    members = {"__doc__": error.__doc__, "__module__": error.__module__, "__reduce__": reduce}
    return type(error.__name__, (error, also), members)
