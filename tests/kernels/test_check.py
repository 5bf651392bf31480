"""The command that checks and times the kernels, and compilation for cards that are not here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assay.kernels import check

_REGISTERS = 255
_SHARED = {80: 163 * 1024, 90: 227 * 1024}


def test_check_prints_its_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    timed = check._timing
    monkeypatch.setattr(check, "_timing", lambda device, *_: timed(device, 8, 64, 16))
    assert check.main(["--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["backend"] == "blocks"
    cases = [row["case"] for row in found["rows"] if "case" in row]
    assert cases == [case.name for case in check.CASES]
    timings = found["rows"][len(cases) :]
    assert timings
    assert all(row["loss_over_product"] > 0 for row in timings)
    assert check.main([]) == 0
    assert "passed True" in capsys.readouterr().out


def test_check_fails_and_times_nothing_when_a_case_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "TOLERANCE", 1e-9)
    assert check.main(["--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert not all(row["passed"] for row in rows)
    assert not any("timing" in row for row in rows)


@pytest.fixture(scope="module")
def compiled() -> list[dict[str, Any]]:
    """Rows of ``compile_ahead.py``, run where Triton is a compiler."""
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    script = Path(__file__).with_name("compile_ahead.py")
    package = str(Path(check.__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join([package, os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_kernels_compile_without_spills(compiled: list[dict[str, Any]]) -> None:
    assert {row["capability"] for row in compiled} == {80, 90}
    for row in compiled:
        assert row["spills"] == row["stack"] == row["local"] == 0, row
        assert row["reg"] <= _REGISTERS, row
        assert row["shared"] <= _SHARED[row["capability"]], row


def test_half_precision_uses_tensor_cores_and_float32_does_not(
    compiled: list[dict[str, Any]],
) -> None:
    for row in compiled:
        assert (row["tensor_core_products"] > 0) == (row["dtype"] == "bf16"), row
