"""The folder of a base: a Hugging Face model with a file of digests that says where it came from.

``base.json`` holds ``sha256`` (the name of the base in every run), ``files`` (digest of each file
that decides the weights of a run) and how the base was made. Nothing here needs torch.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from assay.base.facts import model_digests
from assay.base.weights import weight_files
from assay.errors import DataError
from assay.files import digest, file_sha256, link_files, read_json, replace_folder, write_json

__all__ = ["OPTIMIZER", "is_base", "prepare_hf_base", "verify_base"]

OPTIMIZER = "optimizer.safetensors"
"""Moments of AdamW at the end of pre-training, where they are known."""

_ABOUT = "base.json"
_MADE_BY = "assay anneal"


def is_base(folder: Path, sha256: str) -> bool:
    """Tell whether the folder says that it is the base ``sha256``; its files are not read."""
    path = folder / _ABOUT
    return path.exists() and read_json(path, _MADE_BY)["sha256"] == sha256


def verify_base(folder: Path, sha256: str) -> dict[str, Any]:
    """Check every file of a base folder against its digest and return ``base.json``.

    Raises
    ------
    DataError
        If the folder is not the base ``sha256``, or a file of it is missing or changed.
    """
    about = read_json(folder / _ABOUT, _MADE_BY)
    if about["sha256"] != sha256:
        raise DataError(
            f"{folder} holds the base {about['sha256'][:12]}, the plan is for {sha256[:12]}: "
            f"delete {folder} and run `{_MADE_BY}`"
        )
    for name, expected in about["files"].items():
        path = folder / name
        found = file_sha256(path) if path.exists() else "missing"
        if found != expected:
            raise DataError(
                f"{path} is {found[:12]}, base.json says {expected[:12]}: "
                f"delete {folder} and run `{_MADE_BY}`"
            )
    return about


def prepare_hf_base(folder: Path, sha256: str, out: Path) -> None:
    """Put a local Hugging Face model into ``out`` as a base without optimizer state.

    Parameters
    ----------
    folder
        Folder with ``config.json`` and the weights; other ``*.safetensors`` stay behind.
    sha256
        Digest of those files that the plan was made with.
    out
        Folder that becomes the base.

    Raises
    ------
    DataError
        If the folder holds no model, or other files than the plan was made with.
    """
    files = model_digests(folder)
    if digest(files) != sha256:
        raise DataError(f"{folder} has changed since the plan was made: run `assay plan` again")
    temporary = out.with_name(f".{out.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        settings = (path for path in folder.glob("*.json") if path.name != _ABOUT)
        link_files([*settings, *weight_files(folder)], temporary)
        write_json(temporary / _ABOUT, {"sha256": sha256, "files": files, "spec": None})
        replace_folder(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
