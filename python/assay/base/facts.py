"""Size and digest of the base model, which plans and prices need, read without loading it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assay.corpus import TokenizerReport
from assay.errors import DataError
from assay.files import digest, file_sha256
from assay.records import BaseSpec

__all__ = ["BaseFacts", "builtin_facts", "folder_facts", "model_digests"]


@dataclass(frozen=True, kw_only=True)
class BaseFacts:
    """The facts about the base model that plans and prices depend on."""

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


def builtin_facts(spec: BaseSpec, learning_rate: float | None) -> BaseFacts:
    """Describe the built-in base; anneals start at ``learning_rate``, by default at its own."""
    return BaseFacts(
        sha256=spec.sha256,
        params=spec.params,
        layers=spec.layers,
        hidden=spec.hidden,
        vocab_size=spec.vocab_size,
        learning_rate=learning_rate or spec.learning_rate,
        builtin=spec,
        context=spec.sequence_tokens,
    )


def folder_facts(folder: Path, tokenizer: TokenizerReport, learning_rate: float) -> BaseFacts:
    """Describe the Hugging Face model in ``folder``, whose text was cut by ``tokenizer``.

    Raises
    ------
    DataError
        If the folder holds no model, or the tokenizer has more entries than the model.
    """
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
        learning_rate=learning_rate,
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
