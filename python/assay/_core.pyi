"""The corpus engine, compiled from Rust."""

from collections.abc import Sequence
from os import PathLike
from typing import Literal

__all__ = [
    "__version__",
    "corpus_main",
    "error_kinds",
    "filters",
    "mixture_order",
    "permutation",
    "prepare",
    "quotas",
    "schemas",
    "validate",
    "verify",
]

__version__: str
"""Version of the engine; equal to that of the package."""

def prepare(
    recipe_json: str, base: str | PathLike[str], progress: bool = True, threads: int = 0
) -> str:
    """Run a recipe and return its manifest, both as JSON.

    Parameters
    ----------
    recipe_json
        The recipe; its relative paths start from ``base``.
    base
        A folder.
    progress
        Show progress on standard error.
    threads
        Worker threads, 0 for one per core. The output does not depend on it.

    Raises
    ------
    StudyError
        If the recipe is wrong; the message names the key.
    DataError
        If an input is missing, damaged or empty; the message names the file and line.
    AssayError
        If the system refuses, for example on a full disk.
    KeyboardInterrupt
        On Ctrl-C; the same call goes on where it stopped.
    """

def verify(folder: str | PathLike[str]) -> None:
    """Recompute every digest of a finished output.

    Raises
    ------
    DataError
        If a file is missing or differs; the message names it.
    """

def filters() -> list[str]:
    """Return the rules that the filters of a recipe may name."""

def corpus_main(args: Sequence[str]) -> int:
    """Run the command line of the engine, without the program's name, and return its exit code."""

def validate(kind: Literal["recipe", "manifest", "token-store"], json: str) -> str:
    """Check a document and return it as canonical JSON with every default filled in.

    Raises
    ------
    DataError
        If it does not follow the format; the message names the line or key.
    """

def schemas() -> dict[str, str]:
    """Return the JSON schema of every kind of document, by kind."""

def error_kinds() -> list[str]:
    """Return the names of the classes of ``assay.errors`` that the engine raises."""

def mixture_order(weights: Sequence[float], n: int) -> bytes:
    """Return the source of each of ``n`` sequences, little-endian ``uint32``.

    At every prefix each source's share is within one sequence of its weight.

    Raises
    ------
    StudyError
        If a weight is negative or not finite, or the weights do not sum to 1.
    """

def quotas(weights: Sequence[float], total: int) -> list[int]:
    """Split ``total`` by weights, largest remainder first; the parts sum to ``total``.

    Raises
    ------
    StudyError
        If a weight is negative or not finite, or the weights do not sum to 1.
    """

def permutation(seed: int, stage: str, index: int, n: int) -> bytes:
    """Return a seeded permutation of ``0 .. n - 1``, little-endian ``uint64``."""
