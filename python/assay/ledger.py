"""The ledger of a study: a database of who runs which anneal and of every attempt.

A SQLite file in WAL mode, for the processes of one machine. Run folders hold the truth: a run is
finished when its folder says so, and :meth:`Ledger.rebuild` takes over what the folders say.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from assay.errors import DataError
from assay.files import canonical_json, read_json
from assay.records import RunSpec

__all__ = ["DONE", "LEASE_SECONDS", "Ledger", "LedgerRow", "Status", "Tally", "read_result"]

DONE = "DONE"
"""Name of the empty file that marks a run folder as finished; written last."""
LEASE_SECONDS = 60.0
"""A worker that gives no sign of life for so long has lost its run."""
_ATTEMPTS_MAX = 3

Status = Literal["pending", "running", "done", "diverged", "failed"]

_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    key TEXT PRIMARY KEY, spec TEXT NOT NULL, tokens INTEGER NOT NULL, seed INTEGER NOT NULL,
    wanted INTEGER NOT NULL DEFAULT 0, status TEXT NOT NULL DEFAULT 'pending',
    step INTEGER NOT NULL DEFAULT 0, steps INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    worker TEXT, lease_until REAL, message TEXT, result TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL REFERENCES runs (key), worker TEXT NOT NULL,
    started REAL NOT NULL, ended REAL, outcome TEXT, message TEXT
) STRICT;
"""


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One run as the ledger knows it."""

    spec: RunSpec
    wanted: bool
    """Whether the latest plan asks for it."""
    status: Status
    attempts: int
    message: str | None
    """Why it failed, if it did."""
    result: Mapping[str, Any] | None
    """The content of ``result.json`` of a finished run."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How far the wanted runs are."""

    runs: Mapping[Status, int]
    """Number of runs of each status that occurs."""
    tokens: int
    tokens_done: int

    @property
    def unfinished(self) -> int:
        """Runs that are still to be run or running."""
        return self.runs.get("pending", 0) + self.runs.get("running", 0)


def read_result(folder: Path) -> dict[str, Any] | None:
    """Return the result in a finished run folder, None if the run is not finished."""
    if not (folder / DONE).exists():
        return None
    return read_json(folder / "result.json", "assay anneal")


class Ledger:
    """The record of all runs of a study, shared by all its workers."""

    def __init__(self, path: Path) -> None:
        """Open the ledger in the file ``path``, which is made if it is missing.

        Raises
        ------
        DataError
            If the file is not a ledger.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=60.0, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            self._db.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise DataError(
                f"{path} is not a ledger ({error}): delete it, it is rebuilt from the run folders"
            ) from error

    def add(self, specs: Iterable[RunSpec]) -> None:
        """Make ``specs`` the wanted runs; failed ones among them get new attempts.

        Runs of earlier plans stay on record, but only wanted runs are run.
        """
        with self._transaction():
            self._db.execute("UPDATE runs SET wanted = 0")
            for spec in specs:
                self._insert(spec)
                self._db.execute("UPDATE runs SET wanted = 1 WHERE key = ?", (spec.key,))
            self._db.execute(
                "UPDATE runs SET status = 'pending', tries = 0, message = NULL "
                "WHERE wanted AND status = 'failed'"
            )

    def claim(self, worker: str) -> RunSpec | None:
        """Lease the smallest free run to ``worker``; None if no run is free.

        Free is a run that waits, or whose worker has let its lease expire. Two workers never get
        the same run while its lease is kept alive with :meth:`heartbeat`.
        """
        now = time.time()
        with self._transaction():
            self._expire(now)
            row = self._db.execute(
                "SELECT key, spec FROM runs WHERE wanted AND status = 'pending' "
                "ORDER BY tokens, seed, rowid LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            self._db.execute(
                "UPDATE runs SET status = 'running', worker = ?, lease_until = ?, "
                "tries = tries + 1 WHERE key = ?",
                (worker, now + LEASE_SECONDS, row["key"]),
            )
            self._db.execute(
                "INSERT INTO attempts (key, worker, started) VALUES (?, ?, ?)",
                (row["key"], worker, now),
            )
        return RunSpec.from_dict(json.loads(row["spec"]))

    def heartbeat(self, key: str, worker: str, step: int) -> bool:
        """Renew the lease and note the progress; False if ``worker`` has lost the run."""
        changed = self._db.execute(
            "UPDATE runs SET lease_until = ?, step = ? "
            "WHERE key = ? AND worker = ? AND status = 'running'",
            (time.time() + LEASE_SECONDS, step, key, worker),
        )
        return changed.rowcount == 1

    def finish(self, key: str, worker: str, result: Mapping[str, Any]) -> None:
        """Record the result of a run that ``worker`` has run to its end."""
        self._end(key, worker, result["status"], result["status"], None, canonical_json(result))

    def fail(self, key: str, worker: str, message: str, *, retry: bool) -> None:
        """Record that a run of ``worker`` failed; it waits again if it may be retried."""
        tries = self._db.execute("SELECT tries FROM runs WHERE key = ?", (key,)).fetchone()[0]
        status: Status = "pending" if retry and tries < _ATTEMPTS_MAX else "failed"
        self._end(key, worker, status, "failed", message, None)

    def release(self, worker: str, outcome: Literal["stopped", "lost"]) -> int:
        """Free the runs of a worker that was ``stopped`` on purpose, or was ``lost``.

        A stop does not count as a failed attempt; a run that has lost three workers has failed.

        Returns
        -------
        int
            How many runs the worker held.
        """
        held = self._db.execute(
            "SELECT key, tries FROM runs WHERE worker = ? AND status = 'running'", (worker,)
        ).fetchall()
        for key, tries in held:
            given_up = outcome == "lost" and tries >= _ATTEMPTS_MAX
            message = f"its worker died {tries} times" if given_up else None
            self._end(key, worker, "failed" if given_up else "pending", outcome, message, None)
            if outcome == "stopped":
                self._db.execute("UPDATE runs SET tries = tries - 1 WHERE key = ?", (key,))
        return len(held)

    def release_dead(self, alive: Callable[[str], bool]) -> None:
        """Free the runs of workers that are not ``alive``, without waiting for their leases."""
        rows = self._db.execute("SELECT DISTINCT worker FROM runs WHERE status = 'running'")
        for (worker,) in rows.fetchall():
            if not alive(worker):
                self.release(worker, "lost")

    def expire(self) -> None:
        """Free the runs whose lease is over; :meth:`claim` does it too."""
        with self._transaction():
            self._expire(time.time())

    def rebuild(self, runs: Path) -> None:
        """Take over from the run folders in ``runs`` what is finished and what is not."""
        with self._transaction():
            self._db.execute(
                "UPDATE runs SET status = 'pending', result = NULL, step = 0, tries = 0 "
                "WHERE status IN ('done', 'diverged')"
            )
            for path in sorted(runs.glob("*/run.json")):
                result = read_result(path.parent)
                spec = RunSpec.from_dict(read_json(path, "assay anneal"))
                self._insert(spec)
                if result is not None:
                    self._db.execute(
                        "UPDATE runs SET status = ?, result = ?, step = ?, message = NULL "
                        "WHERE key = ?",
                        (result["status"], canonical_json(result), result["steps"], spec.key),
                    )

    def tally(self) -> Tally:
        """Count runs by status and tokens done."""
        rows = self._db.execute(
            "SELECT status, count(*) AS runs, sum(tokens) AS tokens, "
            "sum(iif(status IN ('pending', 'running'), tokens / steps * step, tokens)) AS done "
            "FROM runs WHERE wanted GROUP BY status"
        ).fetchall()
        return Tally(
            runs={row["status"]: row["runs"] for row in rows},
            tokens=sum(row["tokens"] for row in rows),
            tokens_done=sum(row["done"] for row in rows),
        )

    def rows(self) -> list[LedgerRow]:
        """Return every run with its status, smallest first."""
        rows = self._db.execute(
            "SELECT spec, wanted, status, message, result, "
            "(SELECT count(*) FROM attempts WHERE attempts.key = runs.key) AS attempts "
            "FROM runs ORDER BY tokens, seed, rowid"
        )
        return [
            LedgerRow(
                spec=RunSpec.from_dict(json.loads(row["spec"])),
                wanted=bool(row["wanted"]),
                status=row["status"],
                attempts=row["attempts"],
                message=row["message"],
                result=json.loads(row["result"]) if row["result"] else None,
            )
            for row in rows
        ]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def _insert(self, spec: RunSpec) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO runs (key, spec, tokens, seed, steps) VALUES (?, ?, ?, ?, ?)",
            (spec.key, canonical_json(spec.to_dict()), spec.tokens, spec.seed, spec.steps),
        )

    def _expire(self, now: float) -> None:
        """Make expired runs wait again; fail those that have had all their attempts."""
        silent = self._db.execute(
            "SELECT key, tries FROM runs WHERE status = 'running' AND lease_until < ?", (now,)
        ).fetchall()
        for key, tries in silent:
            status: Status = "failed" if tries >= _ATTEMPTS_MAX else "pending"
            message = f"its worker went silent, attempt {tries}"
            self._db.execute(
                "UPDATE runs SET status = ?, message = ?, worker = NULL WHERE key = ?",
                (status, message, key),
            )
            self._end_attempt(key, "lost", message)

    def _end(
        self,
        key: str,
        worker: str,
        status: Status,
        outcome: str,
        message: str | None,
        result: str | None,
    ) -> None:
        """End the attempt of ``worker`` on a run, unless the run was taken from it."""
        with self._transaction():
            changed = self._db.execute(
                "UPDATE runs SET status = ?, message = ?, result = ?, worker = NULL, "
                "lease_until = NULL WHERE key = ? AND worker = ? AND status = 'running'",
                (status, message, result, key, worker),
            )
            if changed.rowcount:
                self._end_attempt(key, outcome, message)

    def _end_attempt(self, key: str, outcome: str, message: str | None) -> None:
        self._db.execute(
            "UPDATE attempts SET ended = ?, outcome = ?, message = ? "
            "WHERE key = ? AND ended IS NULL",
            (time.time(), outcome, message, key),
        )

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    """A write transaction that holds the lock from its start; rolled back on an error."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
