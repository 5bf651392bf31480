"""The log of a run, and what counts as a divergence."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from assay.anneal.metrics import Metrics, has_diverged
from assay.errors import DataError


def test_lines_after_the_checkpoint_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    with Metrics(path, 0) as metrics:
        for step in range(5):
            metrics.append(float(step), {"step": step + 1})
    path.write_text(path.read_text() + '{"torn')
    with Metrics(path, 3) as metrics:
        assert metrics.losses == [0.0, 1.0, 2.0]
        metrics.append(9.0, {"step": 4})
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4]
    assert lines[-1]["loss"] == 9.0


def test_a_log_shorter_than_the_checkpoint_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has 0 lines, the checkpoint beside it 3 updates"):
        Metrics(tmp_path / "metrics.jsonl", 3)


def test_divergence_is_no_number_or_a_lasting_spike() -> None:
    calm = [2.0] * 100
    assert not has_diverged(calm)
    assert has_diverged([*calm, math.nan])
    assert has_diverged([math.inf])
    assert not has_diverged([*calm, 20.0])
    assert has_diverged([*calm, *[7.0] * 8])
    assert not has_diverged([*calm, *[5.0] * 8])
