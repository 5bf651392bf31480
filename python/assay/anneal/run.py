"""One anneal, from its spec to the finished run folder."""

from __future__ import annotations

import functools
import importlib.metadata
import platform
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from assay import _core
from assay.anneal.checkpoint import load_optimizer
from assay.anneal.dataset import read_batch
from assay.anneal.loader import run_mixture
from assay.anneal.loop import (
    CHECKPOINT_SECONDS,
    Job,
    Outcome,
    make_optimizer,
    state_path,
    train,
)
from assay.anneal.model import WEIGHTS, save_model, training_flops
from assay.anneal.protocol import Inputs
from assay.anneal.schedule import linear_to_zero
from assay.base.folder import OPTIMIZER
from assay.base.load import load_to_train
from assay.files import file_sha256, write_atomic, write_json
from assay.ledger import DONE, read_result
from assay.records import REPLAY, RunSpec

__all__ = ["anneal"]


def anneal(
    spec: RunSpec,
    folder: Path,
    inputs: Inputs,
    *,
    stop: threading.Event,
    on_step: Callable[[int], None],
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> dict[str, Any]:
    """Run one anneal to its end and return its result.

    Parameters
    ----------
    spec
        The run.
    folder
        The run's folder; a state found in it is continued.
    inputs
        Text and base.
    stop, on_step, checkpoint_seconds
        Passed on to :func:`assay.anneal.loop.train`.

    Returns
    -------
    dict
        What ``result.json`` holds: the fields of :class:`assay.anneal.loop.Outcome`, tokens and
        FLOPs of the training, sha256 of the weights (None if it diverged), threads and versions.

    Raises
    ------
    Interrupted
        If ``stop`` was set; the state is saved.
    DataError, StudyError
        If the base or a store is not what the spec needs.
    """
    finished = read_result(folder)
    if finished is not None:
        return finished
    write_json(folder / "run.json", spec.to_dict())
    model = load_to_train(inputs.base)
    optimizer = make_optimizer(model)
    if (inputs.base / OPTIMIZER).exists():
        load_optimizer(inputs.base / OPTIMIZER, model, optimizer)
    outcome = train(
        model,
        optimizer,
        _anneal_job(spec, inputs),
        folder,
        stop=stop,
        on_step=on_step,
        checkpoint_seconds=checkpoint_seconds,
    )
    return _finish(spec, folder, model, outcome)


def _anneal_job(spec: RunSpec, inputs: Inputs) -> Job:
    names = {REPLAY, *(each.name for each in spec.drawn)}
    packings = inputs.open_packings(names, spec.packing, spec.sequence_tokens)
    mixture = run_mixture(spec, packings)
    rate = functools.partial(
        linear_to_zero, peak=spec.learning_rate, warmup_steps=spec.warmup_steps, steps=spec.steps
    )
    return Job(
        steps=spec.steps,
        batch=functools.partial(read_batch, mixture, spec.batch_sequences),
        separate=mixture.separate,
        rate=rate,
        precision=spec.precision,
        seed=spec.seed,
    )


def _finish(
    spec: RunSpec, folder: Path, model: PreTrainedModel, outcome: Outcome
) -> dict[str, Any]:
    """Write weights and result, mark the run as finished, and drop its checkpoint."""
    weights_sha256 = None
    if outcome.status == "done":
        save_model(model, folder)
        weights_sha256 = file_sha256(folder / WEIGHTS)
    tokens = outcome.steps * spec.batch_sequences * spec.sequence_tokens
    result = {
        **asdict(outcome),
        "key": spec.key,
        "tokens": tokens,
        "flops": training_flops(model, tokens, spec.sequence_tokens),
        "weights_sha256": weights_sha256,
        "threads": torch.get_num_threads(),
        "versions": _versions(),
    }
    write_json(folder / "result.json", result)
    write_atomic(folder / DONE, b"")
    shutil.rmtree(state_path(folder).parent, ignore_errors=True)
    return result


def _versions() -> dict[str, str]:
    packages = ("torch", "transformers", "numpy")
    return {
        "assay": _core.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
    }
