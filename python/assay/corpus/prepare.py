"""A recipe run over files: the corpus engine's command `run` from Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay import _core
from assay.errors import DataError

__all__ = ["filters", "prepare", "read_manifest", "verify"]

# As the engine has them; their documentation is in _core.pyi.
filters = _core.filters
verify = _core.verify


def prepare(
    recipe: Mapping[str, Any], base: Path, *, progress: bool = True, threads: int = 0
) -> dict[str, Any]:
    """Run a recipe: filter, decontaminate, deduplicate, tokenise, store.

    Parameters
    ----------
    recipe
        The recipe as in a recipe file; unknown keys are errors.
    base
        Folder that relative paths in the recipe start from.
    progress
        Show progress on standard error.
    threads
        Worker threads, 0 for one per core. The output does not depend on it.

    Returns
    -------
    dict
        The manifest: counts in and out of every stage, digests, token stores.

    Raises
    ------
    DataError
        If an input is missing, damaged or empty; the message names the file and line.
    StudyError
        If the recipe is wrong; the message names the key.
    """
    text = _core.prepare(json.dumps(recipe), str(base), progress=progress, threads=threads)
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def read_manifest(prepared: Path) -> dict[str, Any]:
    """Read and validate the manifest of a finished :func:`prepare`.

    Raises
    ------
    DataError
        If the folder ``prepared`` holds none, or one of another format.
    """
    path = prepared / "manifest.json"
    if not path.exists():
        raise DataError(f"{path} is missing: run `assay prepare` first")
    manifest: dict[str, Any] = json.loads(_core.validate("manifest", path.read_text()))
    return manifest
