"""How fast one worker trains on this machine, tried for about a second on a base of its shape.

``python -m assay.anneal.speed JOB`` prints trained tokens per second. ``JOB`` is JSON: the spec of
a built-in base as ``builtin``, or the folder of a model as ``folder``, with ``batch_sequences``,
``sequence_tokens``, ``vocab_size`` and ``precision``. Weights and text are random: neither decides
the time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from assay.anneal.dataset import Batch
from assay.anneal.loop import Job, make_optimizer, update
from assay.anneal.model import tiny_model
from assay.anneal.runtime import configure
from assay.records import BaseSpec

__all__ = ["main", "tokens_per_second"]

_WARM_UP = 2
_SECONDS = 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Print the speed of the job that is asked for; return the exit code."""
    (job,) = argv or sys.argv[1:]
    configure(threads=1)
    print(tokens_per_second(json.loads(job)))
    return 0


def tokens_per_second(job: Mapping[str, Any]) -> float:
    """Train for about a second and return the trained tokens per second."""
    model, batch = _model(job), _batch(job)
    optimizer = make_optimizer(model)
    work = Job(
        steps=sys.maxsize,
        batch=lambda _: batch,
        rate=lambda _: 1e-4,
        precision=job["precision"],
        seed=0,
        separate=False,
    )
    for step in range(_WARM_UP):
        update(model, optimizer, work, step)
    tokens, start = 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < _SECONDS:
        tokens += update(model, optimizer, work, _WARM_UP)[1]
    return tokens / seconds


def _model(job: Mapping[str, Any]) -> PreTrainedModel:
    if job.get("builtin"):
        return tiny_model(BaseSpec(**job["builtin"]))
    config = AutoConfig.from_pretrained(job["folder"])
    model: PreTrainedModel = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.train()
    return model


def _batch(job: Mapping[str, Any]) -> Batch:
    sequences, length = job["batch_sequences"], job["sequence_tokens"]
    tokens = torch.randint(job["vocab_size"], (sequences, length + 1))
    return Batch(
        tokens=tokens[:, :-1].contiguous(),
        targets=tokens[:, 1:].contiguous(),
        position_ids=torch.arange(length).repeat(sequences, 1),
        cu_seqlens=torch.tensor([0, sequences * length], dtype=torch.int32),
        next_index=0,
    )


if __name__ == "__main__":
    sys.exit(main())
