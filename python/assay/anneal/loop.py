"""The training loop: one step at a time, the same weights bit for bit however often interrupted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from transformers import PreTrainedModel

from assay.anneal.checkpoint import Cursor, load_state, save_state
from assay.anneal.dataset import Batch
from assay.anneal.loss import mean_cross_entropy
from assay.anneal.metrics import Metrics, has_diverged
from assay.errors import Interrupted

__all__ = [
    "CHECKPOINT_SECONDS",
    "Job",
    "Outcome",
    "make_optimizer",
    "state_path",
    "train",
    "update",
]

CHECKPOINT_SECONDS = 20.0
"""Time between checkpoints: what a kill can cost, whatever the size of a step."""

_BETAS = (0.9, 0.95)
_WEIGHT_DECAY = 0.1
_CLIP_NORM = 1.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """All that decides the weights of a run, besides the model that it starts from."""

    steps: int
    batch: Callable[[int], Batch]
    """Returns the batch of an update."""
    rate: Callable[[int], float]
    """Returns the learning rate of an update."""
    precision: Literal["float32", "bfloat16"]
    seed: int
    separate: bool
    """Whether the documents of a sequence see nothing of each other; else they are one stream."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run ended."""

    status: Literal["done", "diverged"]
    loss: float | None
    """Mean training loss of the last updates, nats per token; None if it is no number."""
    steps: int
    """Updates made."""
    seconds: float
    """Time that the updates took, over all interruptions."""
    cpu_seconds: float
    """CPU time of all threads over the same updates."""


def make_optimizer(model: PreTrainedModel) -> torch.optim.AdamW:
    """Build AdamW as used in large-scale pre-training; vectors (norms) have no weight decay."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": _WEIGHT_DECAY},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=_BETAS, fused=True)


def state_path(folder: Path) -> Path:
    """Return where a run keeps its latest state."""
    return folder / "checkpoint" / "state.safetensors"


def train(
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    job: Job,
    folder: Path,
    *,
    stop: threading.Event,
    on_step: Callable[[int], None],
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Outcome:
    """Train to the end of the job, from the checkpoint in ``folder`` where there is one.

    Parameters
    ----------
    model, optimizer, job
        The start, which holds the result afterwards, and what to do.
    folder
        Gets ``metrics.jsonl`` and ``checkpoint/``.
    stop
        When set, the state is saved after the current update and the run ends.
    on_step
        Called with the number of updates done.
    checkpoint_seconds
        Time between checkpoints.

    Raises
    ------
    Interrupted, DataError
        If ``stop`` was set; if the checkpoint is damaged.
    """
    torch.manual_seed(job.seed)
    path = state_path(folder)
    cursor = load_state(path, model, optimizer)
    clock = _Clock(cursor)
    saved = time.monotonic()
    with Metrics(folder / "metrics.jsonl", cursor.step) as metrics:
        for step in range(cursor.step, job.steps):
            if stop.is_set() or time.monotonic() - saved >= checkpoint_seconds:
                save_state(path, model, optimizer, clock.cursor(step))
                saved = time.monotonic()
            if stop.is_set():
                raise Interrupted(f"stopped at update {step} of {job.steps}: run again to resume")
            loss, tokens = update(model, optimizer, job, step)
            now = clock.cursor(step + 1)
            rest = {"step": step + 1, "tokens": tokens * (step + 1), "lr": job.rate(step)}
            metrics.append(loss, {**rest, "seconds": round(now.seconds, 3)})
            if has_diverged(metrics.losses):
                return _outcome("diverged", None, now)
            on_step(step + 1)
        return _outcome("done", metrics.final_loss(), clock.cursor(job.steps))


def update(
    model: PreTrainedModel, optimizer: torch.optim.Optimizer, job: Job, step: int
) -> tuple[float, int]:
    """Make one update; return its loss and the number of tokens. Bad gradients are not applied."""
    batch = job.batch(step)
    # Where no mask is given, transformers keeps attention within documents if positions start anew.
    position_ids = batch["position_ids"] if job.separate else None
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=job.precision == "bfloat16"):
        logits = model(input_ids=batch["tokens"], position_ids=position_ids, use_cache=False).logits
    loss = mean_cross_entropy(logits, batch["targets"])
    value = loss.item()
    if np.isfinite(value):
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), _CLIP_NORM)
        for group in optimizer.param_groups:
            group["lr"] = job.rate(step)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return value, batch["tokens"].numel()


def _outcome(status: Literal["done", "diverged"], loss: float | None, end: Cursor) -> Outcome:
    return Outcome(
        status=status,
        loss=loss,
        steps=end.step,
        seconds=end.seconds,
        cpu_seconds=end.cpu_seconds,
    )


class _Clock:
    """Time spent on a run, over all its interruptions."""

    def __init__(self, start: Cursor) -> None:
        self._seconds = start.seconds - time.monotonic()
        self._cpu_seconds = start.cpu_seconds - time.process_time()

    def cursor(self, step: int) -> Cursor:
        return Cursor(
            step, self._seconds + time.monotonic(), self._cpu_seconds + time.process_time()
        )
