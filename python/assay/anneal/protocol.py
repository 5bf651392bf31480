"""What the executor hands its workers, and the exit codes they answer with. No torch here."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.corpus import Concatenated, Mixture, TokenStore
from assay.corpus.packing import NumberedSequences, packed_folder
from assay.errors import StudyError
from assay.files import read_json, write_json
from assay.output import OutputFolder
from assay.records import PackingMethod

__all__ = ["EXIT_DISK_FULL", "EXIT_STOPPED", "Inputs", "is_alive", "worker_name"]

EXIT_STOPPED = 4
"""Exit code of a worker that was asked to stop and has saved its state."""
EXIT_DISK_FULL = 28
"""Exit code of a worker that could not write."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Folders that the runs of a study read; ``anneal.json`` in its output folder lists them."""

    stores: Mapping[str, Path]
    """Folder of the token store of each source, and of ``replay``."""
    base: Path
    """Folder of the base, with its ``base.json``."""
    packed: Path
    """Folder of packed text; none is needed where documents are concatenated."""

    def write(self, out: Path) -> None:
        """Write them for the workers of the output folder ``out``."""
        stores = {name: str(path.absolute()) for name, path in sorted(self.stores.items())}
        folders = {"base": str(self.base.absolute()), "packed": str(self.packed.absolute())}
        write_json(OutputFolder(out).inputs, {"stores": stores, **folders})

    @classmethod
    def read(cls, out: Path) -> Inputs:
        """Read what :meth:`write` wrote.

        Raises
        ------
        DataError
            If there is no such file.
        """
        value = read_json(OutputFolder(out).inputs, "assay anneal")
        return cls(
            stores={name: Path(folder) for name, folder in value["stores"].items()},
            base=Path(value["base"]),
            packed=Path(value["packed"]),
        )

    def open_stores(self, names: Collection[str]) -> dict[str, TokenStore]:
        """Open the token stores of some sources.

        Raises
        ------
        DataError
            If a store is missing or damaged.
        StudyError
            If none is given for a source.
        """
        missing = sorted(set(names) - set(self.stores))
        if missing:
            raise StudyError(
                f'no token store is given for "{missing[0]}": run `assay prepare` again'
            )
        return {name: TokenStore.open(self.stores[name]) for name in names}

    def open_packings(
        self, names: Collection[str], packing: PackingMethod, sequence_tokens: int
    ) -> dict[str, NumberedSequences]:
        """Open the sequences of some sources, by name.

        Parameters
        ----------
        names
            The sources.
        packing, sequence_tokens
            How their documents become sequences, and of which length.

        Raises
        ------
        DataError
            If a store or a file of pieces is missing or damaged.
        StudyError
            If a source is not given.
        """
        if packing == "concatenate":
            stores = self.open_stores(names)
            return {name: Concatenated(store, sequence_tokens) for name, store in stores.items()}
        mixture = Mixture.open(packed_folder(self.packed, packing, sequence_tokens))
        packings = {source.name: source.packing for source in mixture.sources}
        return {name: packings[name] for name in names}


def worker_name(process: int) -> str:
    """Return the name of a process of this machine in the ledger."""
    return f"{socket.gethostname()}:{process}"


def is_alive(worker: str) -> bool:
    """Tell whether a worker runs; one of another machine counts as alive while its lease lasts."""
    host, _, process = worker.rpartition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
