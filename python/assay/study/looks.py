"""Counts the looks of a study: decisions that were taken on new measurements."""

from __future__ import annotations

from pathlib import Path

from assay.errors import DataError
from assay.files import read_json, write_json
from assay.study.file import Study
from assay.study.measurements import read_measured

__all__ = ["count_look", "looks"]


def looks(study: Study) -> int:
    """Return the number of the look that the measurements of a study are, counted from 1.

    Deciding again on the same measurements, at other prices or for another question, is no new
    look.

    Raises
    ------
    DataError
        If nothing was measured, or the list of looks is damaged.
    """
    seen, now = _seen(study), read_measured(study).sha256
    return seen.index(now) + 1 if now in seen else len(seen) + 1


def count_look(study: Study) -> None:
    """Keep in mind that the measurements of a study were decided on.

    Raises
    ------
    DataError
        If nothing was measured, or the list of looks is damaged.
    """
    seen, now = _seen(study), read_measured(study).sha256
    if now not in seen:
        write_json(study.output.looks, {"measurements": [*seen, now]})


def _seen(study: Study) -> list[str]:
    path = study.output.looks
    if not path.exists():
        return []
    return study.output.once("looks", [path], lambda: _read(path))


def _read(path: Path) -> list[str]:
    try:
        return list(map(str, read_json(path, "assay compare")["measurements"]))
    except (KeyError, TypeError) as error:
        raise DataError(
            f"{path} does not list measurements ({error}): delete it, and all looks are forgotten"
        ) from None
