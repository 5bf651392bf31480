"""Runs a recipe over files: the command `run` of the corpus engine, from Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay import _core
from assay.corpus.manifest import Manifest

__all__ = ["filters", "prepare", "verify"]

# As the engine has them; their documentation is in _core.pyi.
filters = _core.filters
verify = _core.verify


def prepare(
    recipe: Mapping[str, Any], base: Path, *, progress: bool = True, threads: int = 0
) -> Manifest:
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
    Manifest
        The manifest: counts in and out of every stage, digests, token stores.

    Raises
    ------
    DataError
        If an input is missing, damaged or empty; the message names the file and line.
    RecipeError
        If the recipe is wrong; the message names the key.
    """
    text = _core.prepare(json.dumps(recipe), str(base), progress=progress, threads=threads)
    manifest: Manifest = json.loads(text)
    return manifest
