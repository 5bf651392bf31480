"""Builds the built-in model, saves a trained model, and counts what training it takes."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import torch
from safetensors import SafetensorError
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

from assay.anneal.runtime import is_disk_full
from assay.base.describe import shape_of, size_of
from assay.records import BaseSpec
from assay.sources import training_flops_per_token

__all__ = ["WEIGHTS", "save_model", "tiny_model", "training_flops"]

WEIGHTS = "model.safetensors"
_ONE_SHARD = "1000TB"


def tiny_model(spec: BaseSpec) -> PreTrainedModel:
    """Build the built-in Llama-architecture model with weights drawn from its seed."""
    config = LlamaConfig(
        hidden_size=spec.hidden,
        num_hidden_layers=spec.layers,
        num_attention_heads=spec.heads,
        num_key_value_heads=spec.heads,
        intermediate_size=spec.ffn,
        vocab_size=spec.vocab_size,
        max_position_embeddings=spec.sequence_tokens,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)
        model = LlamaForCausalLM(config)
    model.train()
    return model


def save_model(model: PreTrainedModel, folder: Path) -> None:
    """Write ``config.json`` and ``model.safetensors``; each file appears whole or not at all.

    Raises
    ------
    OSError
        If they cannot be written, for example on a full disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".model-") as temporary:
        try:
            model.save_pretrained(temporary, max_shard_size=_ONE_SHARD)
        except SafetensorError as error:
            if is_disk_full(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
            raise
        for name in ("config.json", WEIGHTS):
            path = Path(temporary, name)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            path.replace(folder / name)


def training_flops(model: PreTrainedModel, tokens: int, sequence_tokens: int) -> float:
    """Return the FLOPs of training ``model`` on ``tokens`` tokens."""
    shape = shape_of(model.config)
    per_token = training_flops_per_token(
        size_of(model).active, shape.layers, shape.hidden, sequence_tokens
    )
    return per_token * tokens
