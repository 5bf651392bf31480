"""Writes files and folders whole or not at all, reads JSON with a version, and makes digests."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assay.errors import DataError

__all__ = [
    "SCHEMA_VERSION",
    "bytes_sha256",
    "canonical_json",
    "digest",
    "file_sha256",
    "link_files",
    "parse_json",
    "read_bytes",
    "read_json",
    "replace_folder",
    "write_atomic",
    "write_json",
]

SCHEMA_VERSION = 1
"""Version that every JSON file of this assay carries."""


def canonical_json(value: Any) -> str:
    """Serialise with sorted keys and no spaces, so that equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: Any) -> str:
    """Return the sha256 (hex) of the canonical JSON of ``value``."""
    return bytes_sha256(canonical_json(value).encode())


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: temporary name, sync, rename, sync the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_json(path: Path, value: Mapping[str, Any]) -> bytes:
    """Write ``value`` as indented JSON with its schema version, atomically; return the bytes."""
    text = json.dumps({"schema_version": SCHEMA_VERSION, **value}, indent=2, allow_nan=False)
    data = (text + "\n").encode()
    write_atomic(path, data)
    return data


def read_json(path: Path, made_by: str) -> dict[str, Any]:
    """Read a JSON file written by :func:`write_json`.

    Raises
    ------
    DataError
        If the file is missing (naming the command ``made_by`` that writes it), is not JSON, or
        has a schema version that this assay does not read.
    """
    return parse_json(read_bytes(path, made_by), path, made_by)


def parse_json(data: bytes, path: Path, made_by: str) -> dict[str, Any]:
    """Parse what :func:`write_json` wrote to ``path``; errors as in :func:`read_json`."""
    try:
        value: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise DataError(f"{path} is not JSON ({error}): delete it and run `{made_by}`") from None
    version = value.pop("schema_version", None)
    if version != SCHEMA_VERSION:
        raise DataError(
            f"{path} has schema version {version}, this assay reads {SCHEMA_VERSION}: "
            f"run `{made_by}` again"
        )
    return value


def read_bytes(path: Path, made_by: str) -> bytes:
    """Read a whole file.

    Raises
    ------
    DataError
        If it is missing; the message names the command ``made_by`` that writes it.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path} is missing: run `{made_by}` first") from None


def replace_folder(source: Path, target: Path) -> None:
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


def bytes_sha256(data: bytes) -> str:
    """Return the sha256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
