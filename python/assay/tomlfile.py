"""TOML files that people write, checked against a model; what is wrong is named."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from assay.errors import DataError, StudyError

__all__ = ["read_toml"]

Model = TypeVar("Model", bound=BaseModel)


def read_toml(path: Path, model: type[Model], known_keys: Collection[str] = ()) -> Model:
    """Read a TOML file into a model; ``known_keys`` are suggested for misspelt ones.

    Raises
    ------
    DataError
        If the file is missing or is not TOML.
    StudyError
        If a key is unknown, missing or has a value that cannot be; the message names it.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not TOML: {error}") from None
    try:
        return model.model_validate(values)
    except StudyError as error:
        raise StudyError(f"{path}: {error}") from None
    except ValidationError as error:
        raise StudyError(f"{path}: {_first_problem(error, known_keys)}") from None


def _first_problem(error: ValidationError, known_keys: Collection[str]) -> str:
    problem = min(error.errors(), key=lambda p: p["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(problem["loc"][-1]), known_keys, n=1)
        hint = f' (did you mean "{near[0]}"?)' if near else ""
        return f'unknown key "{place}"{hint}: remove or correct it'
    if problem["type"] == "missing":
        return f'key "{place}" is missing: add it'
    if problem["type"] == "value_error":  # the words of a validator here, which say what was found
        return f'key "{place}": {problem["ctx"]["error"]}'
    value = problem.get("input")
    shown = "" if isinstance(value, dict) else f", found {value!r}"
    return f'key "{place}": {problem["msg"]}{shown}'
