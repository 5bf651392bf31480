"""The ledger: who runs what, and that nobody runs it twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assay import ledger as ledger_module
from assay.errors import DataError
from assay.files import write_json
from assay.ledger import DONE, Ledger
from assay.records import RunSpec


def make_spec(source: str = "text", steps: int = 10, seed: int = 0) -> RunSpec:
    return RunSpec(
        source=source,
        seed=seed,
        steps=steps,
        batch_sequences=4,
        sequence_tokens=16,
        candidate_sequences=2 * steps,
        unique_sequences=2 * steps,
        replay_unique_sequences=2 * steps,
        learning_rate=1e-3,
        warmup_steps=0,
        precision="float32",
        study_seed=0,
        base_sha256="b",
        candidate_sha256="c",
        replay_sha256="r",
        tokenizer_sha256="t",
    )


def result_of(spec: RunSpec, status: str = "done") -> dict[str, Any]:
    return {"status": status, "steps": spec.steps, "loss": 1.5}


def finish_folder(runs: Path, spec: RunSpec, status: str = "done") -> None:
    write_json(runs / spec.key / "run.json", spec.to_dict())
    write_json(runs / spec.key / "result.json", result_of(spec, status))
    (runs / spec.key / DONE).touch()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def test_smallest_budgets_of_all_sources_come_first(path: Path) -> None:
    specs = [
        make_spec(source, steps, seed)
        for source in ("a", "b")
        for steps in (20, 10)
        for seed in (1, 0)
    ]
    with Ledger(path) as ledger:
        ledger.add(specs)
        order = []
        while (spec := ledger.claim("w")) is not None:
            order.append((spec.steps, spec.seed, spec.source))
    assert order == sorted(order)
    assert len(order) == 8


WORKER = """
import sys, time
from pathlib import Path
from assay.ledger import Ledger
path, name = Path(sys.argv[1]), sys.argv[2]
while not (path.parent / "go").exists():
    time.sleep(0.001)
with Ledger(path) as ledger:
    while (spec := ledger.claim(name)) is not None:
        print(spec.key, flush=True)
        ledger.finish(spec.key, name, {"status": "done", "steps": spec.steps})
"""


def test_two_processes_never_claim_the_same_run(path: Path) -> None:
    specs = [make_spec(seed=seed) for seed in range(60)]
    with Ledger(path) as ledger:
        ledger.add(specs)
    workers = [
        subprocess.Popen(
            [sys.executable, "-P", "-c", WORKER, str(path), name],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    (path.parent / "go").touch()
    claimed = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert sorted(claimed[0] + claimed[1]) == sorted(spec.key for spec in specs)
    with Ledger(path) as ledger:
        assert ledger.tally().runs == {"done": 60}
        assert all(row.attempts == 1 for row in ledger.rows())


def test_finished_runs_carry_their_result(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.add([make_spec()])
        spec = ledger.claim("w")
        assert spec == make_spec()
        ledger.finish(spec.key, "w", result_of(spec))
        (row,) = ledger.rows()
        assert (row.status, row.attempts, row.message) == ("done", 1, None)
        assert row.result == result_of(spec)
        assert ledger.claim("w") is None


def test_a_run_fails_after_three_attempts_and_is_shown(path: Path) -> None:
    key = make_spec().key
    with Ledger(path) as ledger:
        ledger.add([make_spec()])
        for attempt in range(3):
            assert ledger.claim("w") is not None
            ledger.fail(key, "w", f"no luck {attempt}", retry=True)
        assert ledger.claim("w") is None
        (row,) = ledger.rows()
        assert (row.status, row.attempts, row.message) == ("failed", 3, "no luck 2")
        ledger.add([make_spec()])
        assert ledger.claim("w") is not None


def test_a_hopeless_run_is_not_retried(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.add([make_spec()])
        ledger.claim("w")
        ledger.fail(make_spec().key, "w", "bad data", retry=False)
        assert ledger.claim("w") is None


def test_stops_do_not_count_as_attempts_but_lost_workers_do(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.add([make_spec()])
        for _ in range(5):
            assert ledger.claim("w") is not None
            assert ledger.release("w", "stopped") == 1
        for _ in range(3):
            assert ledger.claim("w") is not None
            assert ledger.release("w", "lost") == 1
        assert ledger.release("w", "lost") == 0
        (row,) = ledger.rows()
        assert (row.status, row.message) == ("failed", "its worker died 3 times")


def test_an_expired_lease_is_taken_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(ledger_module.time, "time", lambda: now)
    key = make_spec().key
    with Ledger(path) as ledger:
        ledger.add([make_spec()])
        ledger.claim("slow")
        now += ledger_module.LEASE_SECONDS - 1
        assert ledger.heartbeat(key, "slow", 3)
        now += ledger_module.LEASE_SECONDS - 1
        assert ledger.claim("other") is None
        now += 2
        assert ledger.claim("other") is not None
        assert not ledger.heartbeat(key, "slow", 4)
        ledger.finish(key, "slow", result_of(make_spec(), "diverged"))
        assert ledger.tally().runs == {"running": 1}
        now += ledger_module.LEASE_SECONDS + 1
        ledger.expire()
        assert ledger.tally().runs == {"pending": 1}
        ledger.claim("third")
        now += ledger_module.LEASE_SECONDS + 1
        ledger.expire()
        assert ledger.tally().runs == {"failed": 1}


def test_dead_workers_are_freed_at_once(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.add([make_spec(seed=0), make_spec(seed=1)])
        ledger.claim("dead")
        ledger.claim("living")
        ledger.release_dead(lambda worker: worker == "living")
        assert ledger.tally().runs == {"pending": 1, "running": 1}


def test_tally_counts_tokens_done(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.add([make_spec(seed=0), make_spec(seed=1)])
        first, second = ledger.claim("w"), ledger.claim("w")
        assert first is not None
        assert second is not None
        ledger.finish(first.key, "w", result_of(first))
        ledger.heartbeat(second.key, "w", 5)
        tally = ledger.tally()
    assert (tally.tokens, tally.tokens_done, tally.unfinished) == (1280, 960, 1)


def test_a_new_plan_leaves_old_runs_on_record_but_out_of_work(path: Path) -> None:
    old, kept, new = make_spec(seed=0), make_spec(seed=1), make_spec(seed=2)
    with Ledger(path) as ledger:
        ledger.add([old, kept])
        ledger.add([kept, new])
        claimed = {ledger.claim("w"), ledger.claim("w"), ledger.claim("w")}
        assert claimed == {kept, new, None}
        assert {row.spec.seed: row.wanted for row in ledger.rows()} == {0: False, 1: True, 2: True}


def test_rebuild_takes_the_truth_from_the_folders(path: Path, tmp_path: Path) -> None:
    done, wild, open_, gone = (make_spec(seed=seed) for seed in range(4))
    runs = tmp_path / "runs"
    finish_folder(runs, done)
    finish_folder(runs, wild, "diverged")
    write_json(runs / open_.key / "run.json", open_.to_dict())
    with Ledger(path) as ledger:
        ledger.add([gone])
        ledger.claim("w")
        ledger.finish(gone.key, "w", result_of(gone))
        ledger.rebuild(runs)
        status = {row.spec.seed: row.status for row in ledger.rows()}
        assert status == {0: "done", 1: "diverged", 2: "pending", 3: "pending"}
    path.unlink()
    with Ledger(path) as ledger:
        ledger.rebuild(runs)
        again = {row.spec.seed: row.status for row in ledger.rows()}
        assert again == {0: "done", 1: "diverged", 2: "pending"}


def test_a_file_that_is_no_ledger_is_named(path: Path) -> None:
    path.write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(DataError, match=r"ledger\.sqlite is not a ledger .*delete it"):
        Ledger(path)
