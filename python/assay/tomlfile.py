"""Reads TOML files that people write, checks them, and names the key that is wrong."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from assay.errors import DataError, StudyError

__all__ = ["path_of", "read_toml"]

_LONGEST = 100
"""Characters of a value that a message shows."""

Model = TypeVar("Model", bound=BaseModel)


def path_of(given: str | os.PathLike[str], what: str) -> Path:
    """Return the path of ``what``.

    Raises
    ------
    StudyError
        If it is not given by a path.
    """
    if not isinstance(given, str | os.PathLike):
        raise StudyError(f"{what} is {type(given).__name__}, expected the path of a file")
    return Path(given)


def read_toml(path: Path, model: type[Model]) -> Model:
    """Read a TOML file into a model.

    Raises
    ------
    DataError
        If the file is missing, cannot be read or is not TOML.
    StudyError
        If a key is unknown, missing or has a value that cannot be; the message names it.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    except RecursionError:
        raise DataError(f"{path} is not TOML that can be read: lists or tables too deep") from None
    except ValueError as error:  # wrong TOML, text that is not UTF-8, numbers of too many digits
        raise DataError(f"{path} is not TOML: {error}") from None
    try:
        return model.model_validate(values)
    except StudyError as error:
        raise StudyError(f"{path}: {error}") from None
    except ValidationError as error:
        raise StudyError(f"{path}: {_first_problem(error, model)}") from None


def _first_problem(error: ValidationError, model: type[BaseModel]) -> str:
    problem = min(error.errors(), key=lambda p: p["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in problem["loc"])
    value, context = problem.get("input"), problem.get("ctx", {})
    tag = f"{place}.{context.get('discriminator', '')}".replace("'", "")
    match problem["type"]:
        case "extra_forbidden":
            near = difflib.get_close_matches(str(problem["loc"][-1]), _keys(model), n=1)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            return f'unknown key "{place}"{hint}: remove or correct it'
        case "missing":
            return f'key "{place}" is missing: add it'
        case "union_tag_not_found":
            return f'key "{tag}" is missing: add it'
        case "union_tag_invalid":
            found, known = context["tag"], context["expected_tags"]
            return f"key \"{tag}\": found '{found}', expected one of {known}"
        case "value_error":  # the words of a validator of ours, which say what was found
            return f'key "{place}": {context["error"]}'
        case "tuple_type" if isinstance(value, dict):
            return f'key "{place}" is one table, expected several: write [[{place}]] above each'
        case "tuple_type":
            return f'key "{place}": expected a list, found {_short(value)}'
    shown = "" if isinstance(value, dict) else f", found {_short(value)}"
    return f'key "{place}": {problem["msg"]}{shown}'


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _keys(model: type[BaseModel]) -> list[str]:
    """Return every key of a model and of the models in it."""
    schema = model.model_json_schema()
    tables = [schema, *schema.get("$defs", {}).values()]
    return sorted({key for table in tables for key in table.get("properties", ())})
