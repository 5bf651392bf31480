"""The output folder of a study: names every file in it, and reads each only once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from assay.records import BASE

__all__ = ["OutputFolder"]

T = TypeVar("T")


class OutputFolder:
    """Where a study and its runs keep what they make.

    Nothing else in assay spells the names below. What :meth:`once` made of a file is not made again
    while the file stays as it is on disk.
    """

    def __init__(self, root: Path) -> None:
        """Name the folder ``root``; nothing is made or read yet."""
        self.root = root
        self._made: dict[str, tuple[list[tuple[int, ...]], Any]] = {}

    @property
    def prepared(self) -> Path:
        """Folder that the corpus engine wrote: manifest and token stores."""
        return self.root / "prepared"

    @property
    def manifest(self) -> Path:
        """Counts and digests of the prepared text."""
        return self.prepared / "manifest.json"

    def store(self, name: str) -> Path:
        """Token-store folder of a source, of ``replay``, ``target`` or ``guard``."""
        return self.prepared / name

    @property
    def plan(self) -> Path:
        """The base, and the runs to make."""
        return self.root / "plan.json"

    @property
    def chosen(self) -> Path:
        """The runs that were chosen one after the other, if they were."""
        return self.root / "chosen.json"

    @property
    def packed(self) -> Path:
        """Folder of sequences that hold whole documents, one folder a way of packing."""
        return self.root / "packed"

    @property
    def base(self) -> Path:
        """Folder of the base model."""
        return self.root / BASE

    @property
    def runs(self) -> Path:
        """Folder of the run folders."""
        return self.root / "runs"

    def run(self, key: str) -> Path:
        """Folder of one run."""
        return self.runs / key

    @property
    def ledger(self) -> Path:
        """Database of all anneals: who runs each, and every attempt."""
        return self.root / "ledger.sqlite"

    @property
    def inputs(self) -> Path:
        """Folders that workers which anneal must read."""
        return self.root / "anneal.json"

    @property
    def evaluation(self) -> Path:
        """The frozen windows that all runs are measured on."""
        return self.root / "evaluation.json"

    @property
    def measurements(self) -> Path:
        """The loss of every run on every evaluation set."""
        return self.root / "measurements.parquet"

    @property
    def fits(self) -> Path:
        """A law for each source."""
        return self.root / "fits.json"

    @property
    def comparison(self) -> Path:
        """The sources at equal total cost, and the verdict."""
        return self.root / "comparison.json"

    @property
    def looks(self) -> Path:
        """Digests of the measurements that the study was decided on, one after the other."""
        return self.root / "looks.json"

    @property
    def integration(self) -> Path:
        """The chosen blend annealed at pilot size: its loss predicted and measured."""
        return self.root / "integration.json"

    @property
    def allocation(self) -> Path:
        """How much of each source to buy."""
        return self.root / "allocation.json"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.root / "report.html"

    def once(self, what: str, paths: Sequence[Path], make: Callable[[], T]) -> T:
        """Return ``make()``, or what it returned before while the files ``paths`` have not changed.

        ``what`` names the value, which must depend on nothing but these files and on what stays the
        same as long as this object lives. Files are replaced whole, so that a change shows in the
        number in the file system, the size or the time. Errors of ``make`` are passed on.
        """
        signs, kept = [_sign(path) for path in paths], self._made.get(what)
        if kept is None or () in signs or kept[0] != signs:
            kept = (signs, make())
            self._made[what] = kept
        value: T = kept[1]
        return value


def _sign(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is replaced; nothing where there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
