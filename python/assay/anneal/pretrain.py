"""Pre-trains the built-in base that every run starts from, and keeps it in a cache."""

from __future__ import annotations

import fcntl
import functools
import math
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from transformers import PreTrainedModel

from assay.anneal.checkpoint import optimizer_tensors, write_tensors
from assay.anneal.checks import check_store
from assay.anneal.dataset import read_batch
from assay.anneal.loader import base_mixture
from assay.anneal.loop import (
    CHECKPOINT_SECONDS,
    Job,
    Outcome,
    make_optimizer,
    state_path,
    train,
)
from assay.anneal.model import WEIGHTS, save_model, tiny_model
from assay.anneal.runtime import configure, stop_on_signals
from assay.anneal.schedule import constant
from assay.base.folder import OPTIMIZER, verify_base
from assay.corpus import TokenStore
from assay.errors import AssayError, DataError
from assay.files import file_sha256, replace_folder, write_json
from assay.progress import Progress
from assay.records import BaseSpec

__all__ = ["cache_folder", "pretrain_base"]


def cache_folder() -> Path:
    """Return where finished bases are kept: ``$ASSAY_CACHE``, else the user's cache folder."""
    if "ASSAY_CACHE" in os.environ:
        return Path(os.environ["ASSAY_CACHE"])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "assay"


def pretrain_base(
    spec: BaseSpec,
    replay: Path,
    tokenizer: Path,
    out: Path,
    *,
    progress: bool = True,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> None:
    """Pre-train the built-in base at a constant rate, once, and put it into ``out``.

    The result is kept in the cache folder under the digest of its spec; an interrupted
    pre-training continues there.

    Parameters
    ----------
    spec
        Shape, data and recipe of the base.
    replay
        Token store of the replay text.
    tokenizer
        Tokenizer file, which goes with the model.
    out
        Folder that becomes the base.
    progress
        Show progress on standard error.
    checkpoint_seconds
        Time between checkpoints.

    Raises
    ------
    Interrupted
        On Ctrl-C; the same call continues.
    DataError, StudyError
        If the store or the tokenizer is not the one of the spec, or has too few tokens.
    AssayError
        If the training diverged.
    """
    cached = cache_folder() / "bases" / spec.sha256
    with _locked(cached):
        if not cached.exists():
            store = _checked_store(spec, replay, tokenizer)
            _build(spec, store, tokenizer, cached, progress, checkpoint_seconds)
    verify_base(cached, spec.sha256)
    replace_folder(cached, out)


def _checked_store(spec: BaseSpec, replay: Path, tokenizer: Path) -> TokenStore:
    store = TokenStore.open(replay)
    check_store(
        "replay",
        store,
        sha256=spec.replay_sha256,
        tokenizer_sha256=spec.tokenizer_sha256,
        vocab_size=spec.vocab_size,
    )
    found = file_sha256(tokenizer)
    if found != spec.tokenizer_sha256:
        raise DataError(
            f"{tokenizer} is {found[:12]}, the text was prepared with "
            f"{spec.tokenizer_sha256[:12]}: run `assay prepare` again"
        )
    return store


def _build(
    spec: BaseSpec,
    store: TokenStore,
    tokenizer: Path,
    folder: Path,
    progress: bool,
    checkpoint_seconds: float,
) -> None:
    """Pre-train in a folder beside ``folder``, which appears only when all is there."""
    work = folder.with_name(f"{folder.name}.partial")
    work.mkdir(parents=True, exist_ok=True)
    configure(spec.threads)
    model = tiny_model(spec)
    optimizer = make_optimizer(model)
    job = _pretraining_job(spec, store)
    batch_tokens = spec.batch_sequences * spec.sequence_tokens
    stop = threading.Event()
    with Progress("base", job.steps * batch_tokens, shown=progress) as bar, stop_on_signals(stop):
        outcome = train(
            model,
            optimizer,
            job,
            work,
            stop=stop,
            on_step=lambda step: bar.update(step * batch_tokens),
            checkpoint_seconds=checkpoint_seconds,
        )
    if outcome.status == "diverged":
        shutil.rmtree(work)
        raise AssayError(
            f"the pre-training of the base diverged at update {outcome.steps} of {job.steps}: "
            f"lower [base.pretrain] learning_rate ({spec.learning_rate:g})"
        )
    save_model(model, work)
    write_tensors(work / OPTIMIZER, optimizer_tensors(model, optimizer))
    shutil.copyfile(tokenizer, work / "tokenizer.json")
    _describe(spec, model, outcome, work)
    shutil.rmtree(state_path(work).parent, ignore_errors=True)
    work.replace(folder)


def _pretraining_job(spec: BaseSpec, store: TokenStore) -> Job:
    steps = math.ceil(spec.tokens / (spec.batch_sequences * spec.sequence_tokens))
    mixture = base_mixture(spec, store, steps * spec.batch_sequences)
    return Job(
        steps=steps,
        batch=functools.partial(read_batch, mixture, spec.batch_sequences),
        separate=mixture.separate,
        rate=functools.partial(constant, peak=spec.learning_rate, warmup_steps=spec.warmup_steps),
        precision="float32",
        seed=spec.seed,
    )


def _describe(spec: BaseSpec, model: PreTrainedModel, outcome: Outcome, folder: Path) -> None:
    names = ("config.json", WEIGHTS, OPTIMIZER, "tokenizer.json")
    about = {
        "sha256": spec.sha256,
        "files": {name: file_sha256(folder / name) for name in names},
        "spec": asdict(spec),
        "params": model.num_parameters(),
        **asdict(outcome),
    }
    write_json(folder / "base.json", about)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time build a cached folder; the others wait and find it built."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
