"""The command that checks and times the kernels, and compilation for cards that are not here."""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from assay.kernels.linear_token_loss.tiles import CONFIGS
from check import cases, timing
from check.command import main

_REGISTERS = 255
_SHARED = {80: 163 * 1024, 90: 227 * 1024}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(timing.SHAPES, "cpu", [(8, 64, 16)])


@pytest.mark.usefixtures("small")
def test_check_prints_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", str(tmp_path / "rows.json")]) == 0
    found = json.loads((tmp_path / "rows.json").read_text())
    assert found["backend"] == "blocks"
    assert found["passed"] is True
    compared = [row["case"] for row in found["rows"] if "case" in row]
    assert compared[: len(cases.CASES)] == [case.name for case in cases.CASES]
    timings = found["rows"][len(compared) :]
    assert [row["way"] for row in timings][:3] == [
        "assay",
        "torch, by chunks of tokens",
        "torch, all logits",
    ]
    assert all(row["loss_ms"] > 0 for row in timings)
    printed = capsys.readouterr().out
    assert "passed True" in printed
    assert printed.endswith("every case passed\n")


@pytest.mark.usefixtures("small")
def test_check_fails_and_times_nothing_when_a_case_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cases, "TOLERANCE", 1e-9)
    assert main(["--json", str(tmp_path / "rows.json")]) == 1
    rows = json.loads((tmp_path / "rows.json").read_text())["rows"]
    assert not all(row["passed"] for row in rows)
    assert not any("timing" in row for row in rows)
    assert "FAILED" in capsys.readouterr().out


@pytest.mark.usefixtures("small")
def test_rival_that_fails_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of memory\nand more")

    monkeypatch.setattr(timing, "rivals", lambda device: [("broken", broken)])
    *_, last = timing.rows(torch.device("cpu"))
    assert last["failed"] == "RuntimeError: out of memory"


@pytest.fixture(scope="module")
def compiled() -> list[dict[str, Any]]:
    """Rows of ``compile_ahead.py``, run where Triton is a compiler."""
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    script = Path(__file__).with_name("compile_ahead.py")
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_kernels_compile_within_their_budget(compiled: list[dict[str, Any]]) -> None:
    for row in compiled:
        assert row["spills"] == row["stack"] == row["local"] == 0, row
        assert row["reg"] <= _REGISTERS, row
        assert row["shared"] <= _SHARED[row["capability"]], row


def test_kernels_compile_to_what_they_are_meant_to_be(compiled: list[dict[str, Any]]) -> None:
    of_sm90 = [row for row in compiled if row["name"].startswith((*CONFIGS, "gradients"))]
    of_sm90 = [row for row in of_sm90 if row["capability"] == 90]
    assert len(of_sm90) == len(CONFIGS) + 2
    for row in of_sm90:
        assert row["wgmma"] > 0, row
        assert row["tma"] > 0, row
        assert (row["specialised"] > 0) == row["name"].startswith("specialised"), row
    for row in compiled:
        assert (row["mma"] + row["wgmma"] > 0) == (row["dtype"] == "bf16"), row
        assert not (row["capability"] == 80 and row["wgmma"]), row


def test_resources_are_those_of_the_table(compiled: list[dict[str, Any]]) -> None:
    table = json.loads(Path(__file__).with_name("resources.json").read_text())
    assert {"3.6.0", "3.9.0"} <= set(table)
    for rows in table.values():
        assert [(row["name"], row["capability"]) for row in rows] == [
            (row["name"], row["capability"]) for row in compiled
        ]
    version = importlib.metadata.version("triton")
    if version in table:
        message = "run `python tests/kernels/compile_ahead.py --update` and look at what changed"
        assert compiled == table[version], message
