"""Tries how fast this machine trains the base of a study. Nothing here imports torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass

from assay.errors import MissingExtra
from assay.sources import training_flops_per_token
from assay.study.file import Study
from assay.study.plan import Plan

__all__ = ["MachineSpeed", "measure_speed"]

_AT_ONCE = 4
"""Processes that are tried together: enough to show that they share caches and memory."""
_MOST_FLOPS = 3e11
"""An update of more takes one core longer than anybody waits for a preview."""


@dataclass(frozen=True)
class MachineSpeed:
    """What the workers of this machine train in a second, if it could be measured."""

    workers: int
    tokens_per_second: float | None
    """Of all workers together."""
    why_not: str = ""


def measure_speed(study: Study, plan: Plan, workers: int | None) -> MachineSpeed:
    """Train a model of the base's shape for about a second, in processes like those of a run.

    ``workers`` is their number, one per core if not given; it is never above that of the runs.
    """
    count = min(workers or os.cpu_count() or 1, len(plan.specs))
    try:
        MissingExtra.check("train", "a measured time")
    except MissingExtra:
        return MachineSpeed(count, None, "training is not installed here")
    anneal, base = study.file.anneal, plan.base
    per_token = training_flops_per_token(
        base.params, base.layers, base.hidden, anneal.sequence_tokens
    )
    if per_token * anneal.batch_sequences * anneal.sequence_tokens > _MOST_FLOPS:
        return MachineSpeed(count, None, "one update of this base takes a core too long to try")
    job = {
        "builtin": asdict(base.builtin) if base.builtin else None,
        "folder": str(study.path(study.file.base.model).absolute()),
        "vocab_size": base.vocab_size,
        "batch_sequences": anneal.batch_sequences,
        "sequence_tokens": anneal.sequence_tokens,
        "precision": anneal.precision,
    }
    command = [sys.executable, "-P", "-m", "assay.anneal.speed", json.dumps(job)]
    tried = [_start(command) for _ in range(min(count, _AT_ONCE))]
    speeds = [_speed(process) for process in tried]
    if not all(speeds):
        return MachineSpeed(count, None, "the trial failed")
    return MachineSpeed(count, sum(speeds) / len(speeds) * count)


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _speed(process: subprocess.Popen[str]) -> float:
    """Return the tokens per second that a process prints, 0 if it fails."""
    said, _ = process.communicate()
    return float(said) if process.returncode == 0 else 0.0
