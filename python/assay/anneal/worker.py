"""A worker process: claims runs from the ledger and anneals them, one after another.

``python -m assay.anneal.worker OUT`` works on the study in ``OUT`` until no run is free. It may
be started any number of times, by hand too, on the machine that holds ``OUT``.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from assay.anneal.loop import CHECKPOINT_SECONDS
from assay.anneal.protocol import EXIT_DISK_FULL, EXIT_STOPPED, Inputs, worker_name
from assay.anneal.run import anneal
from assay.anneal.runtime import configure, is_disk_full, stop_on_signals
from assay.errors import AssayError, Interrupted
from assay.ledger import Ledger
from assay.output import OutputFolder
from assay.records import RunSpec

__all__ = ["main"]

_HEARTBEAT_SECONDS = 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Work until no run is free; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m assay.anneal.worker", description=__doc__)
    parser.add_argument("out", type=Path, help="output folder of the study")
    parser.add_argument("--checkpoint-seconds", type=float, default=CHECKPOINT_SECONDS)
    options = parser.parse_args(argv)
    configure(threads=1)
    stop = threading.Event()
    try:
        with stop_on_signals(stop):
            _work(options.out, options.checkpoint_seconds, stop)
    except Interrupted:
        return EXIT_STOPPED
    except Exception as error:
        if is_disk_full(error):
            return EXIT_DISK_FULL
        raise
    return 0


def _work(out: Path, checkpoint_seconds: float, stop: threading.Event) -> None:
    inputs = Inputs.read(out)
    worker = worker_name(os.getpid())
    folder = OutputFolder(out)
    path = folder.ledger
    with Ledger(path) as ledger:
        while not stop.is_set() and (spec := ledger.claim(worker)) is not None:
            try:
                with _Heartbeat(path, spec, worker, stop) as heart:
                    result = anneal(
                        spec,
                        folder.run(spec.key),
                        inputs,
                        stop=stop,
                        on_step=heart.note,
                        checkpoint_seconds=checkpoint_seconds,
                    )
                ledger.finish(spec.key, worker, result)
            except Interrupted:
                ledger.release(worker, "stopped")
                raise
            except Exception as error:
                if is_disk_full(error):
                    ledger.release(worker, "stopped")
                    raise
                message = f"{type(error).__name__}: {error}".splitlines()[0]
                ledger.fail(spec.key, worker, message, retry=not isinstance(error, AssayError))


class _Heartbeat:
    """Keeps the lease alive from a thread; stops the run if it is lost or the parent is gone."""

    def __init__(self, path: Path, spec: RunSpec, worker: str, stop: threading.Event) -> None:
        self._path = path
        self._spec = spec
        self._worker = worker
        self._stop = stop
        self._parent = os.getppid()
        self._step = 0
        self._finished = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def note(self, step: int) -> None:
        """Remember how many updates are done; the next beat records it."""
        self._step = step

    def _beat(self) -> None:
        with Ledger(self._path) as ledger:
            while not self._finished.wait(_HEARTBEAT_SECONDS):
                kept = ledger.heartbeat(self._spec.key, self._worker, self._step)
                if not kept or os.getppid() != self._parent:
                    self._stop.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._finished.set()
        self._thread.join()


if __name__ == "__main__":
    sys.exit(main())
