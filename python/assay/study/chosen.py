"""The runs that were chosen one after the other, by what they would tell for what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from assay.errors import DataError
from assay.files import read_json, write_json
from assay.study.file import Study

__all__ = ["ChosenRun", "read_chosen", "write_chosen"]


@dataclass(frozen=True, order=True)
class ChosenRun:
    """A run beyond those that a study starts with."""

    source: str
    """Source, or ``control``."""
    tokens: int
    """Positions trained on."""
    seed: int


def read_chosen(study: Study) -> tuple[ChosenRun, ...] | None:
    """Return the chosen runs, in order; None where the runs of a study are not chosen one by one.

    Raises
    ------
    DataError
        If the file was not written by :func:`write_chosen`.
    """
    path = study.output.chosen
    if not path.exists():
        return None
    try:
        return tuple(ChosenRun(**run) for run in read_json(path, "assay next")["runs"])
    except (KeyError, TypeError) as error:
        raise DataError(
            f"{path} does not list chosen runs ({error}): delete it, and finished runs are kept"
        ) from None


def write_chosen(study: Study, runs: Iterable[ChosenRun]) -> None:
    """Keep the chosen runs; a study that has the file is laid out step by step."""
    write_json(study.output.chosen, {"runs": [asdict(run) for run in runs]})
