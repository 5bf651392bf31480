"""Reads TOML files that people write, checks them, and names the key that is wrong."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from assay.errors import DataError, StudyError

__all__ = ["path_of", "read_toml"]

_LONGEST = 100
"""Characters of a value that a message shows."""
_OF_TYPE = re.compile(r"^(Input|String|Tuple|Dictionary|List) (?=should)")
"""How pydantic begins what it says about a value, in words of Python."""

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
        raise StudyError(f"{path}: {_first_problem(error, model, values)}") from None


def _first_problem(error: ValidationError, model: type[BaseModel], values: Any) -> str:
    problem = _telling(error, model, values)
    loc = problem["loc"]
    value, context = problem.get("input"), problem.get("ctx", {})
    place = _place(loc, values, model)
    match problem["type"]:
        case "extra_forbidden":
            near = difflib.get_close_matches(str(loc[-1]), _keys(model), n=1)
            elsewhere = not near or near[0] == loc[-1]  # a key of another table
            hint = "" if elsewhere else f' (did you mean "{near[0]}"?)'
            place = f"[{place}]" if len(loc) == 1 and isinstance(value, dict) else place
            return f"{place} is an unknown key{hint}: remove or correct it"
        case "missing":
            return f"{place} is missing: add it"
        case "union_tag_not_found":
            return f"{place}.{_tag(context)} is missing: add it"
        case "union_tag_invalid":
            found, known = context["tag"], context["expected_tags"]
            return f"{place}.{_tag(context)}: found '{found}', expected one of {known}"
        case "value_error":  # the words of a validator of ours, which say what was found
            return f"{place}: {context['error']}"
        case "tuple_type" if isinstance(value, dict):
            return f"{place} is one table, expected several: write [{place}] above each"
        case "tuple_type":
            return f"{place}: expected a list, found {_short(value)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{place}: expected a table, found {_short(value)}"
    shown = "" if isinstance(value, dict) else f", found {_short(value)}"
    return f"{place}: {_OF_TYPE.sub('it ', problem['msg'])}{shown}"


def _telling(error: ValidationError, model: type[BaseModel], values: Any) -> ErrorDetails:
    """Return the first problem, an unknown key before others; of one value the innermost.

    A value that may be a number or a list is wrong as a number even where an entry is the trouble.
    """
    problems = sorted(error.errors(), key=lambda p: p["type"] != "extra_forbidden")
    first = _place(problems[0]["loc"], values, model)
    same = [p for p in problems if _place(p["loc"], values, model).startswith(first)]
    return max(same, key=lambda p: len(p["loc"]))


def _place(loc: tuple[int | str, ...], values: Any, model: type[BaseModel]) -> str:
    """Return a place as its file shows it: ``[[source]] "web" cost.classifier_params``.

    Steps of ``loc`` that stand for no key, such as the kinds of a union, are left out. Tables of
    a list are called by their name, and other entries of lists by their number, from 1.
    """
    table, keys = _table(str(loc[0]), model), ""
    value = values.get(loc[0]) if isinstance(values, dict) else None
    for i, step in enumerate(loc[1:], start=2):
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            entry = _entry(step, value)
            table, keys = (f"[{table}] {entry}", "") if i == 2 else (table, f"{keys} {entry}")
        elif isinstance(value, dict) and (step in value or i == len(loc)):
            value = value.get(step)
            keys = f"{keys}.{step}"
    return f"{table} {keys.strip('. ')}".strip()


def _table(key: str, model: type[BaseModel]) -> str:
    """Return a key at the top of a file, in brackets if it is the name of a table."""
    schema = model.model_json_schema()["properties"].get(key, {})
    kind = schema.get("items", schema)
    return f"[{key}]" if "$ref" in kind else key


def _entry(number: int, value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    return f'"{name}"' if isinstance(name, str) else f"number {number + 1}"


def _tag(context: dict[str, Any]) -> str:
    return str(context["discriminator"]).strip("'")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _keys(model: type[BaseModel]) -> list[str]:
    """Return every key of a model and of the models in it."""
    schema = model.model_json_schema()
    tables = [schema, *schema.get("$defs", {}).values()]
    return sorted({key for table in tables for key in table.get("properties", ())})
