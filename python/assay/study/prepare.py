"""The text of a study: the recipe that prepares it, and what the engine counted."""

from __future__ import annotations

from typing import Any

from assay import corpus
from assay.corpus import Prepared
from assay.records import REPLAY
from assay.study.file import Study

__all__ = ["prepare_study", "read_prepared", "recipe"]


def prepare_study(study: Study, *, progress: bool = True) -> Prepared:
    """Filter, decontaminate, deduplicate and tokenise all text of a study.

    Raises
    ------
    DataError
        If an input is missing, damaged or empty; the message names the file and line.
    StudyError
        If a filter is wrong; the message names the key.
    """
    return Prepared(corpus.prepare(recipe(study), study.folder, progress=progress))


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
            "across": table.across,
            **({} if table.near else {"near": None}),
        },
        "decontaminate": {"ngram": table.decontaminate_ngram},
        "source": [replay, *sources],
        "eval": [
            {"name": "target", "path": file.target.path},
            {"name": "guard", "path": file.guard.path},
        ],
    }
