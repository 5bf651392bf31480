"""What plans and prices need to know of the base model, read without loading it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay.corpus import TokenStore
from assay.errors import DataError
from assay.records import BaseSpec, digest
from assay.study import REPLAY, Study

__all__ = ["BaseFacts", "base_facts", "file_sha256", "model_digests"]

_THREADS = 2


@dataclass(frozen=True, kw_only=True)
class BaseFacts:
    """What plans and prices need to know of the base model."""

    sha256: str
    params: int
    layers: int
    hidden: int
    vocab_size: int
    learning_rate: float
    """Rate at which every anneal starts."""
    builtin: BaseSpec | None
    """How to make the base, if assay makes it."""
    context: int | None = None
    """Tokens that it can see at once, where it says so."""


def base_facts(study: Study, tokenizer: dict[str, Any]) -> BaseFacts:
    """Describe the base of a study whose text was prepared with ``tokenizer``.

    Raises
    ------
    DataError
        If the folder holds no model, or the tokenizer has more entries than the model.
    """
    if study.file.base.builtin:
        return _builtin_facts(study, tokenizer)
    return _folder_facts(study, tokenizer)


def _builtin_facts(study: Study, tokenizer: dict[str, Any]) -> BaseFacts:
    table = study.file.base
    spec = BaseSpec(
        **table.shape.model_dump(),
        **table.pretrain.model_dump(),
        vocab_size=tokenizer["vocab_size"],
        sequence_tokens=study.file.anneal.sequence_tokens,
        seed=study.file.study.seed,
        threads=_THREADS,
        replay_sha256=TokenStore.open(study.store(REPLAY)).sha256,
        tokenizer_sha256=tokenizer["sha256"],
    )
    return BaseFacts(
        sha256=spec.sha256,
        params=spec.params,
        layers=spec.layers,
        hidden=spec.hidden,
        vocab_size=spec.vocab_size,
        learning_rate=study.file.anneal.learning_rate or spec.learning_rate,
        builtin=spec,
        context=spec.sequence_tokens,
    )


def _folder_facts(study: Study, tokenizer: dict[str, Any]) -> BaseFacts:
    folder = study.path(study.file.base.model)
    config = json.loads(_config_file(folder).read_text())
    if tokenizer["vocab_size"] > config["vocab_size"]:
        raise DataError(
            f"the tokenizer has {tokenizer['vocab_size']} entries, the model in {folder} only "
            f"{config['vocab_size']}: [base] tokenizer must be the one the model was trained with"
        )
    return BaseFacts(
        sha256=digest(model_digests(folder)),
        params=sum(_parameters(path) for path in _weight_files(folder)),
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        vocab_size=config["vocab_size"],
        learning_rate=study.file.anneal.learning_rate or 0.0,
        builtin=None,
        context=config.get("max_position_embeddings"),
    )


def model_digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that makes a Hugging Face model; theirs is the base's name.

    Raises
    ------
    DataError
        If the folder holds no ``config.json`` or no ``*.safetensors``.
    """
    paths = [_config_file(folder), *_weight_files(folder)]
    return {path.name: file_sha256(path) for path in paths}


def _config_file(folder: Path) -> Path:
    path = folder / "config.json"
    if not path.exists():
        raise DataError(
            f"{path} is missing: [base] model must be builtin:tiny or a folder with a "
            "Hugging Face model"
        )
    return path


def _weight_files(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.safetensors"))
    if not paths:
        raise DataError(f"{folder} holds no *.safetensors: save the model in that format")
    return paths


def _parameters(path: Path) -> int:
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return sum(
        int(np.prod(tensor["shape"], dtype=np.int64))
        for name, tensor in header.items()
        if name != "__metadata__"
    )


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
