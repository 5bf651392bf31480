"""The corpus engine, compiled from Rust."""

from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, Self, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Draws",
    "Session",
    "__version__",
    "corpus_main",
    "draw",
    "error_kinds",
    "filters",
    "fitted_laws",
    "minimise",
    "mix",
    "nearest_on_grid",
    "permutation",
    "prepare",
    "profile_grid",
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
    RecipeError
        If the recipe is wrong; the message names the key.
    DataError
        If an input is missing, damaged or empty; the message names the file and line.
    AssayError
        If the system refuses, for example on a full disk; then it is an ``OSError`` too.
    KeyboardInterrupt
        On Ctrl-C; the same call continues from where it stopped.
    """

def mix(recipe_json: str, base: str | PathLike[str], dry_run: bool = False) -> str:
    """Write a mixture and return its manifest, both as JSON.

    Parameters
    ----------
    recipe_json
        The recipe of the mixture; its relative paths start from ``base``.
    base
        A folder.
    dry_run
        Write nothing: return the manifest without the files of pieces.

    Raises
    ------
    RecipeError
        If the recipe is wrong or a store cannot give what it asks for.
    DataError
        If a token store is missing or damaged.
    AssayError
        If the system refuses; then it is an ``OSError`` too.
    """

def verify(folder: str | PathLike[str]) -> None:
    """Recompute every digest of a finished output, token store or mixture.

    Raises
    ------
    DataError
        If a file is missing or differs; the message names it.
    """

def filters() -> list[str]:
    """Return the rules that the filters of a recipe may name."""

def corpus_main(args: Sequence[str]) -> int:
    """Run the command line of the engine, without the program's name, and return its exit code."""

def validate(
    kind: Literal["recipe", "manifest", "token-store", "mixture-recipe", "mixture", "export"],
    json: str,
) -> str:
    """Check a document and return it as canonical JSON with every default filled in.

    Raises
    ------
    DataError
        If it does not follow the format; the message names the line or key.
    """

def schemas() -> dict[str, str]:
    """Return the JSON schema of every kind of document, by kind."""

def error_kinds() -> list[str]:
    """Return the classes that the engine's errors are raised as, one for each kind of trouble.

    They are of ``assay.errors``, or Python's own for Ctrl-C. An error that the system caused is an
    ``OSError`` too; see :func:`assay.errors.by_system`.
    """

def quotas(weights: Sequence[float], total: int) -> list[int]:
    """Split ``total`` by weights, largest remainder first; the parts sum to ``total``.

    Raises
    ------
    RecipeError
        If a weight is negative or not finite, or all are zero.
    """

def permutation(seed: int, stage: str, index: int, n: int) -> bytes:
    """Return a seeded permutation of ``0 .. n - 1``, little-endian ``uint64``."""

def draw(seed: int, stage: str, index: int) -> int:
    """Return the random number of these three, uniform on 64 bits."""

@final
class Draws:
    """Which sequence of which source each step of a run draws.

    A function of the seed and the index alone. Calls that go upwards are cheap; a step passed
    over costs some tens of nanoseconds.

    Parameters
    ----------
    seed
        Seed of the subsets and the shuffles.
    names, available, unique
        Per source: its name, the sequences it has, and how many different ones may be drawn.
    phases
        Sequences of each phase and the weight of each source in it.

    Raises
    ------
    RecipeError
        If a weight is negative or not finite, or all of a phase are zero; if a source has no
        sequence or fewer than are to be drawn.
    """

    def __new__(
        cls,
        seed: int,
        names: Sequence[str],
        available: Sequence[int],
        unique: Sequence[int],
        phases: Sequence[tuple[int, Sequence[float]]],
    ) -> Self: ...
    def draw(self, first: int, count: int) -> tuple[bytes, bytes, bytes]:
        """Return the draws from ``first`` on, at most ``count`` of them, fewer at the end.

        Sources (little-endian ``uint32``), sequences (``uint64``), epochs (``uint32``).
        """

def fitted_laws() -> list[str]:
    """Return the names of the laws that the functions below know."""

def minimise(
    law: str,
    constants: Sequence[float],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    delta: float,
    starts: NDArray[np.float64],
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
    weights: NDArray[np.float64] | None,
    prior: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    space: Literal["log", "loss"],
    tolerance: float,
    iterations: int,
    baseline: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Minimise the sum of Huber's loss from each start; see ``assay.fitting.point.solver``.

    All arrays are contiguous and two-dimensional, with one row for each start or one for all.
    ``baseline`` keeps to the instructions that every processor has.

    Returns
    -------
    parameters ``(b, p)``, objectives ``(b,)``, whether each search converged ``(b,)``, and which
    parameters ended on a bound ``(b, p)``.

    Raises
    ------
    ValueError
        If the law or the space is unknown, or a shape does not fit the law.
    """

def profile_grid(
    law: str,
    constants: Sequence[float],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    scale: NDArray[np.float64],
    delta: float,
    grid: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the linear parameters and the objective at each row of ``grid``.

    See ``assay.fitting.point.slow.profile_grid``.

    Raises
    ------
    ValueError
        If the law is unknown, or a shape does not fit it.
    """

def nearest_on_grid(
    law: str,
    constants: Sequence[float],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    scale: NDArray[np.float64],
    grid: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the best row of ``grid`` for each row of ``y``, and its linear parameters.

    See ``assay.fitting.point.slow.nearest_on_grid``.

    Raises
    ------
    ValueError
        If the law is unknown, or a shape does not fit it.
    """

@final
class Session:
    """The stages of a recipe over Arrow batches; see :class:`assay.corpus.Stages`."""

    def __new__(cls, recipe_json: str, base: str | PathLike[str]) -> Self:
        """Open the files of filters and evaluation sets.

        Parameters
        ----------
        recipe_json
            The stages: ``seed``, ``text_field``, ``id_field``, ``on_bad_line``, ``filters``,
            ``dedup``, ``decontaminate`` and ``eval``, each as in a recipe.
        base
            Folder that relative paths of the recipe start from.

        Raises
        ------
        RecipeError
            If the recipe is wrong; the message names the key.
        DataError
            If a file is missing or damaged.
        """

    def apply(self, rows: Any) -> tuple[Any, Any]:
        """Take one record batch through the stages.

        Parameters
        ----------
        rows
            Anything with ``__arrow_c_array__``.

        Returns
        -------
        kept
            The rows that stay, a ``pyarrow.RecordBatch`` with the columns of ``rows``.
        decisions
            What became of every row, a ``pyarrow.RecordBatch``.

        Raises
        ------
        DataError
            If the text column is missing or of another type, or a row is no document.
        """
