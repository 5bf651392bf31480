"""Runs all anneals of a plan in local worker processes, one single-threaded process per core."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from assay.anneal.checks import check_inputs
from assay.anneal.protocol import EXIT_DISK_FULL, EXIT_STOPPED, Inputs, is_alive, worker_name
from assay.errors import AssayError, Interrupted
from assay.ledger import Ledger, LedgerRow, Tally
from assay.output import OutputFolder
from assay.progress import Progress
from assay.records import RunSpec

__all__ = ["anneal_all"]

_POLL_SECONDS = 0.5
_STOP_SECONDS = 120.0
_CRASHES_MAX = 3


def anneal_all(
    out: Path,
    specs: Sequence[RunSpec],
    inputs: Inputs,
    workers: int | None = None,
    *,
    progress: bool = True,
    checkpoint_seconds: float | None = None,
) -> None:
    """Run every spec that is not finished, the smallest budgets of all sources first.

    Runs that diverged are results; a line on standard error names them.

    Parameters
    ----------
    out
        Output folder of the study; gets ``runs/``, ``ledger.sqlite`` and ``anneal.json``.
    specs
        The runs wanted.
    inputs
        Text and base.
    workers
        Number of processes, one per core if not given.
    progress, checkpoint_seconds
        Show progress on standard error; time between checkpoints (by default the loop's own).

    Raises
    ------
    Interrupted
        On Ctrl-C; all workers have saved their state and the same call continues.
    DataError, StudyError
        If base, stores and specs do not fit together; nothing is run.
    OSError, AssayError
        If the disk is full; if runs failed three times, after all others are finished.
    """
    check_inputs(specs, inputs)
    inputs.write(out)
    folder = OutputFolder(out)
    try:
        with Ledger(folder.ledger) as ledger:
            ledger.release_dead(is_alive)
            ledger.rebuild(folder.runs)
            ledger.add(specs)
            with _Pool(out, ledger, checkpoint_seconds) as pool:
                _watch(pool, ledger, workers or os.cpu_count() or 1, progress)
            _report([row for row in ledger.rows() if row.wanted])
    except sqlite3.OperationalError as error:
        raise AssayError(f"cannot write {folder.ledger}: {error}") from error


def _watch(pool: _Pool, ledger: Ledger, workers: int, progress: bool) -> None:
    """Keep workers running and show progress until no run is left."""
    tally = ledger.tally()
    if not tally.unfinished:
        return
    with Progress("anneal", tally.tokens, shown=progress) as bar:
        try:
            while tally.unfinished:
                pool.reap()
                ledger.expire()
                if tally.runs.get("pending"):
                    pool.fill(min(workers, tally.unfinished))
                bar.update(tally.tokens_done, _note(tally))
                time.sleep(_POLL_SECONDS)
                tally = ledger.tally()
            bar.update(tally.tokens_done, _note(tally))
        except KeyboardInterrupt:
            pool.stop()
            tally = ledger.tally()
            runs = sum(tally.runs.values())
            raise Interrupted(
                f"stopped with {runs - tally.unfinished} of {runs} anneals finished: "
                "run the same command again to resume"
            ) from None


def _note(tally: Tally) -> str:
    counts = [f"{count} {status}" for status, count in sorted(tally.runs.items())]
    return f"runs: {', '.join(counts)}"


def _report(rows: list[LedgerRow]) -> None:
    """Say which runs diverged, and raise if any failed."""
    for row in rows:
        if row.status == "diverged":
            sys.stderr.write(f"anneal: {row.spec.key} diverged; it has no final weights\n")
    failed = [row for row in rows if row.status == "failed"]
    for row in failed:
        sys.stderr.write(f"anneal: {row.spec.key} failed: {row.message}\n")
    if failed:
        raise AssayError(
            f"{len(failed)} of {len(rows)} anneals failed, first {failed[0].spec.key}: "
            f"{failed[0].message}; the others are finished, the same command tries again"
        )


class _Pool:
    """The worker processes; they are gone when the ``with`` block ends."""

    def __init__(self, out: Path, ledger: Ledger, checkpoint_seconds: float | None) -> None:
        self._out = out
        self._ledger = ledger
        # -P: a folder of the current directory must not pass for a package that torch looks for.
        self._command = [sys.executable, "-P", "-m", "assay.anneal.worker", str(out.absolute())]
        if checkpoint_seconds is not None:
            self._command += ["--checkpoint-seconds", str(checkpoint_seconds)]
        self._running: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []
        self._crashes = 0

    def fill(self, count: int) -> None:
        """Start workers until ``count`` are running."""
        while len(self._running) < count:
            log = tempfile.TemporaryFile()  # noqa: SIM115 (closed when its worker is reaped)
            # A session of its own keeps Ctrl-C away from it: this process passes the stop on.
            process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stderr=log, start_new_session=True
            )
            self._running.append((process, log))

    def reap(self) -> None:
        """Collect finished workers, and free the runs that they held.

        Raises
        ------
        OSError
            If a worker found the disk full.
        AssayError
            If workers die again and again without having begun a run.
        """
        for process, log in [pair for pair in self._running if pair[0].poll() is not None]:
            self._running.remove((process, log))
            held = self._ledger.release(worker_name(process.pid), "lost")
            reason = _last_line(log) or f"exit code {process.returncode}"
            if process.returncode == EXIT_DISK_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._out))
            if process.returncode not in (0, EXIT_STOPPED) and not held:
                self._crashes += 1
            if self._crashes >= _CRASHES_MAX:
                raise AssayError(f"anneal workers died {self._crashes} times, last: {reason}")

    def stop(self) -> None:
        """Ask all workers to save their state and end, and wait for it."""
        for process, _ in self._running:
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process, log in self._running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()
            self._ledger.release(worker_name(process.pid), "stopped")
        self._running.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _last_line(log: IO[bytes]) -> str:
    with log:
        log.seek(0)
        lines = log.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
