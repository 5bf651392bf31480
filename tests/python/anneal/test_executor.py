"""Worker processes: kill -9, Ctrl-C, crashes, a full disk; the results are those of one process."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import SafetensorError
from transformers import PreTrainedModel

from assay.anneal import checkpoint, executor, worker
from assay.anneal.executor import anneal_all
from assay.anneal.protocol import EXIT_DISK_FULL
from assay.errors import AssayError
from assay.ledger import Ledger, read_result
from assay.records import CONTROL, RunSpec

PARENT = """
import json, signal, sys
from pathlib import Path
from assay.anneal.executor import anneal_all
from assay.anneal.protocol import Inputs
from assay.errors import Interrupted
from assay.records import RunSpec
# A shell that runs the tests in the background has the processes below it ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
out, specs = json.loads(sys.argv[1])
specs = [RunSpec.from_dict(spec) for spec in specs]
try:
    anneal_all(Path(out), specs, Inputs.read(Path(out)), workers=1, checkpoint_seconds=0.0)
except Interrupted as error:
    sys.exit(f"interrupted: {error}")
"""


def wait_until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lines(path: Path) -> int:
    return path.read_text().count("\n") if path.exists() else 0


def kill_worker(out: Path, key: str) -> None:
    """Kill -9 the worker that runs ``key``."""
    with sqlite3.connect(out / "ledger.sqlite") as db:
        row = db.execute("SELECT worker FROM runs WHERE key = ?", (key,)).fetchone()
    os.kill(int(row[0].rpartition(":")[2]), signal.SIGKILL)


def start_parent(out: Path, specs: list[RunSpec], tiny: Any) -> subprocess.Popen[str]:
    tiny.inputs.write(out)
    arguments = [str(out), [spec.to_dict() for spec in specs]]
    command = [sys.executable, "-P", "-c", PARENT, json.dumps(arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_killed_and_interrupted_runs_end_with_the_same_bits(tiny: Any, tmp_path: Path) -> None:
    long, short = tiny.spec(steps=600), tiny.spec(CONTROL)
    straight = {
        spec.key: tiny.anneal(spec, tmp_path / "straight" / spec.key) for spec in (long, short)
    }
    out = tmp_path / "out"
    log = out / "runs" / long.key / "metrics.jsonl"

    parent = start_parent(out, [long, short], tiny)
    wait_until(lambda: lines(log) >= 20)
    kill_worker(out, long.key)
    done = lines(log)
    wait_until(lambda: lines(log) >= done + 20)
    parent.send_signal(signal.SIGINT)
    _, message = parent.communicate(timeout=120)
    assert parent.returncode == 1
    assert "interrupted: stopped with 1 of 2 anneals finished: run the same" in message
    assert (out / "runs" / short.key / "DONE").exists()
    assert done < lines(log) < 600

    assert worker.main([str(out)]) == 0
    anneal_all(out, [long, short], tiny.inputs, workers=1, progress=False)
    for spec in (long, short):
        result = read_result(out / "runs" / spec.key)
        assert result is not None
        assert result["weights_sha256"] == straight[spec.key]["weights_sha256"]
    with Ledger(out / "ledger.sqlite") as ledger:
        rows = {row.spec.key: row for row in ledger.rows()}
    assert rows[short.key].attempts == 1
    assert rows[long.key].attempts == 3
    assert all(row.status == "done" for row in rows.values())


def test_finished_runs_start_no_worker(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.anneal(tiny.spec(), tmp_path / "runs" / tiny.spec().key)
    monkeypatch.delattr(executor.subprocess, "Popen")
    anneal_all(tmp_path, [tiny.spec()], tiny.inputs, progress=False)


def test_one_worker_runs_all_and_keeps_failures(
    tiny: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The worker runs in this process; a run fails whose checkpoint is damaged."""
    bad, good, wild = tiny.spec(seed=1), tiny.spec(), tiny.spec(seed=2, learning_rate=1e30)
    prepare(tmp_path, [bad, good, wild], tiny)
    state = tmp_path / "runs" / bad.key / "checkpoint" / "state.safetensors"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"torn")
    assert worker.main([str(tmp_path)]) == 0
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        rows = {row.spec.key: row for row in ledger.rows()}
    assert rows[good.key].status == "done"
    assert rows[wild.key].status == "diverged"
    assert rows[bad.key].status == "failed"
    assert "state.safetensors is damaged" in str(rows[bad.key].message)
    with pytest.raises(AssayError, match=r"1 of 3 anneals failed, first rule-768-s1-.* is damaged"):
        executor._report(list(rows.values()))
    assert f"{wild.key} diverged" in capsys.readouterr().err


def full_for_state(patch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    patch.setattr(checkpoint, "write_atomic", full)


def full_for_weights(patch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    patch.setattr(PreTrainedModel, "save_pretrained", full)


@pytest.mark.parametrize("fill", [full_for_state, full_for_weights])
def test_a_full_disk_stops_the_worker_and_frees_its_run(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fill: Callable[..., None]
) -> None:
    straight = tiny.anneal(tiny.spec(), tmp_path / "straight")
    prepare(tmp_path, [tiny.spec()], tiny)
    with monkeypatch.context() as patch:
        fill(patch)
        assert worker.main([str(tmp_path), "--checkpoint-seconds", "0"]) == EXIT_DISK_FULL
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.tally().runs == {"pending": 1}
    folder = tmp_path / "runs" / tiny.spec().key
    assert {path.name for path in folder.iterdir()} <= {"run.json", "metrics.jsonl", "checkpoint"}
    assert worker.main([str(tmp_path)]) == 0
    result = read_result(folder)
    assert result is not None
    assert result["weights_sha256"] == straight["weights_sha256"]


@pytest.mark.parametrize("what", ["parent", "lease"])
def test_a_worker_stops_without_its_parent_or_its_lease(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    prepare(tmp_path, [tiny.spec()], tiny)
    monkeypatch.setattr(worker, "_HEARTBEAT_SECONDS", 0.01)
    stop = threading.Event()
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        spec = ledger.claim("w")
        assert spec is not None
        with worker._Heartbeat(path, spec, "w", stop) as heart:
            heart.note(6)
            wait_until(lambda: ledger.tally().tokens_done == spec.tokens // 2)
            assert not stop.is_set()
            if what == "parent":
                monkeypatch.setattr(worker.os, "getppid", lambda: 1)
            else:
                ledger.release("w", "lost")
            assert stop.wait(10)


def test_the_executor_reports_a_full_disk(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor.sys, "executable", script(tmp_path, "exit 28"))
    with pytest.raises(OSError, match="No space left on device") as caught:
        anneal_all(tmp_path / "out", [tiny.spec()], tiny.inputs, progress=False)
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == str(tmp_path / "out")


def test_workers_that_cannot_start_are_given_up(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor.sys, "executable", script(tmp_path, "echo boom >&2; exit 1"))
    with pytest.raises(AssayError, match="died 3 times, last: boom"):
        anneal_all(tmp_path / "out", [tiny.spec()], tiny.inputs, 1, progress=False)


def prepare(out: Path, specs: list[RunSpec], tiny: Any) -> None:
    """Do what the executor does before it starts workers."""
    tiny.inputs.write(out)
    with Ledger(out / "ledger.sqlite") as ledger:
        ledger.add(specs)


def script(folder: Path, body: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)
