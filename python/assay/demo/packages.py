"""Find installed packages and their files on disk, without importing anything from them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assay.errors import MissingExtra

__all__ = ["Module", "Package", "locate", "standard_library"]

_SKIPPED_FOLDERS = {
    *("test", "tests", "testing", "site-packages", "dist-packages", "__pycache__"),
    *("_vendor", "ensurepip", "idlelib", "lib2to3", "turtledemo"),
}
"""Tests, copies of other packages, and parts that some distributions ship apart."""


@dataclass(frozen=True)
class Module:
    """One Python file of a package."""

    name: str
    """Dotted name, package included."""
    path: Path

    def read(self) -> str:
        """Return the source text; bytes that are not UTF-8 are replaced."""
        return self.path.read_bytes().decode("utf-8", errors="replace")


@dataclass(frozen=True)
class Package:
    """An installed package: where its files are, and its version."""

    name: str
    root: Path
    version: str

    def modules(self, *below: str) -> Iterator[Module]:
        """Yield the package's Python files, sorted; only those under ``below`` if given.

        Parameters
        ----------
        *below
            Names of direct children of the package: modules or sub-packages.
        """
        for path in sorted(self.root.rglob("*.py")):
            relative = path.relative_to(self.root)
            parts = relative.with_suffix("").parts
            if _SKIPPED_FOLDERS.isdisjoint(parts) and (not below or parts[0] in below):
                name = ".".join((self.name, *parts)).removesuffix(".__init__")
                yield Module(name, path)

    def description(self) -> str:
        """Return the long description from the package's metadata, or nothing."""
        metadata = importlib.metadata.metadata(self.name).json
        return str(metadata.get("description", "")).strip()


def locate(name: str) -> Package:
    """Find a top-level package.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise MissingExtra.named("train", f"the built-in study (it reads the text of {name})")
    return Package(name, Path(spec.origin).parent, importlib.metadata.version(name))


def standard_library() -> Package:
    """Find the standard library of this Python."""
    return Package("python", Path(sysconfig.get_path("stdlib")), platform.python_version())
