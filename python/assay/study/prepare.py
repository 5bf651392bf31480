"""The prepare stage: the recipe that the corpus engine runs, and what the engine counted."""

from __future__ import annotations

import json
import re
from typing import Any

from assay import _core, corpus
from assay.corpus import Prepared
from assay.errors import AssayError, DataError, StudyError
from assay.records import REPLAY
from assay.study.file import PrepareTable, Study

__all__ = ["prepare_study", "read_prepared", "recipe"]

_OF_A_RECIPE = re.compile(r"^recipe(:\d+)?: ")
_TEXT_FIELD = re.compile(r"name the (one|field) that holds the text.*")
_TABLES = {REPLAY, "target", "guard"}
"""Texts of a recipe that have a table of their own in the study file."""


def prepare_study(study: Study, *, progress: bool = True) -> Prepared:
    """Filter, decontaminate, deduplicate and tokenise all text of a study.

    Raises
    ------
    DataError
        If an input is missing, damaged or empty; the message names the file and line.
    StudyError
        If a filter is wrong; the message names the key.
    """
    asked = recipe(study)
    try:
        return Prepared(corpus.prepare(asked, study.folder, progress=progress))
    except StudyError as error:
        raise StudyError(_in_words_of_the_study(str(error), asked)) from None
    except DataError as error:
        raise DataError(_in_words_of_the_study(str(error), asked)) from None


def _in_words_of_the_study(message: str, asked: dict[str, Any]) -> str:
    """Put a message of the engine about the recipe into words about the study file.

    A person wrote the study file and never saw the recipe.
    """
    for source in asked["source"]:
        problem = _wrong_filters(asked, source)
        if problem is not None:
            return f"{_where(source['name'])} filters: {problem}"
    message = _OF_A_RECIPE.sub("", message).replace("the recipe file", "the study file")
    message = _TEXT_FIELD.sub('a study reads the field "text", rename the one that has it', message)
    name, colon, rest = message.partition(": ")
    if colon and name in {source["name"] for source in (*asked["source"], *asked["eval"])}:
        return f"{_where(name)}: {rest}"
    key = message.partition(" ")[0]
    return f"[prepare] {message}" if key in PrepareTable.model_fields else message


def _where(name: str) -> str:
    """Return the table of the study file that says where the text of that name is."""
    return f"[{name}]" if name in _TABLES else f'[[source]] "{name}"'


def _wrong_filters(asked: dict[str, Any], source: dict[str, Any]) -> str | None:
    """Return what is wrong with the filters of one source; None if they are well formed."""
    # The replay, with which others are compared, is not in a recipe of one source.
    alone = {**asked, "dedup": {**asked["dedup"], "across": True}}
    if _wrong_recipe({**alone, "source": [{**source, "filters": ()}]}) is not None:
        return None  # What is wrong without any filter is no fault of theirs.
    return _wrong_recipe({**alone, "source": [source]})


def _wrong_recipe(asked: dict[str, Any]) -> str | None:
    """Return what the engine finds wrong with the form of a recipe; None if nothing is."""
    try:
        _core.validate("recipe", json.dumps(asked))
    except AssayError as error:
        return str(error).partition(": ")[2]
    return None


def read_prepared(study: Study) -> Prepared:
    """Read what :func:`prepare_study` counted.

    Raises
    ------
    DataError
        If the text is not prepared.
    """
    output = study.output
    return output.once(
        "prepared", [output.manifest], lambda: Prepared(corpus.read_manifest(output.prepared))
    )


def recipe(study: Study) -> dict[str, Any]:
    """Return the recipe that prepares the text of a study, as the engine takes it."""
    file = study.file
    replay = {"name": REPLAY, "path": file.replay.path, "filters": file.replay.filters}
    sources = [{"name": s.name, "path": s.path, "filters": s.filters} for s in file.source]
    table = file.prepare
    return {
        "schema_version": 1,
        "seed": file.study.seed,
        "output": str(study.output.prepared.absolute()),
        "tokenizer": file.base.tokenizer,
        "separator": table.separator,
        "on_bad_line": table.on_bad_line,
        "dedup": {
            "exact": table.exact,
            # Candidates are alternatives: only what is owned already takes text from them.
            "across": True if table.across else [REPLAY],
            **({} if table.near else {"near": None}),
        },
        "decontaminate": {"ngram": table.decontaminate_ngram},
        "source": [replay, *sources],
        "eval": [
            {"name": "target", "path": file.target.path},
            {"name": "guard", "path": file.guard.path},
        ],
    }
