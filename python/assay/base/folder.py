"""The folder of a base: a Hugging Face model, where it came from, and digests of its files.

``base.json`` holds ``sha256`` (the name of the base in every run), ``files`` (digest of each file
that decides the weights of a run) and how the base was made. Nothing here needs torch.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assay.errors import DataError
from assay.files import file_sha256, read_json

__all__ = ["OPTIMIZER", "install", "is_base", "link_files", "verify_base"]

OPTIMIZER = "optimizer.safetensors"
"""Moments of AdamW at the end of pre-training, where they are known."""

_MADE_BY = "assay anneal"


def is_base(folder: Path, sha256: str) -> bool:
    """Tell whether the folder calls itself the base ``sha256``."""
    path = folder / "base.json"
    return path.exists() and read_json(path, _MADE_BY)["sha256"] == sha256


def verify_base(folder: Path, sha256: str) -> dict[str, Any]:
    """Check every file of a base folder against its digest and return ``base.json``.

    Raises
    ------
    DataError
        If the folder is not the base ``sha256``, or a file of it is missing or changed.
    """
    about = read_json(folder / "base.json", _MADE_BY)
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


def install(source: Path, target: Path) -> None:
    """Put the files of the folder ``source`` into ``target``, which is replaced as a whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        link_files(source.iterdir(), temporary)
        shutil.rmtree(target, ignore_errors=True)
        temporary.replace(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def link_files(paths: Iterable[Path], folder: Path) -> None:
    """Link files into a folder; copy them where the file system cannot link."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        try:
            os.link(path.resolve(), folder / path.name)
        except OSError:
            shutil.copyfile(path, folder / path.name)
