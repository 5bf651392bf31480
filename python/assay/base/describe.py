"""Size and shape of a causal language model as transformers knows it; importing it imports torch.

Model families give layers, width and context names of their own in ``config.json``, tie weights,
and keep buffers beside them. So the config is read by its class, and the parameters are counted in
the model itself, which is built without memory for its weights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM

from assay.base.weights import config_file
from assay.errors import DataError

__all__ = [
    "ModelShape",
    "ModelSize",
    "context_of",
    "describe",
    "needs_code",
    "read_shape",
    "shape_of",
    "size_of",
]

_EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")
_EXPERTS_OF_A_TOKEN = (
    "num_experts_per_tok",
    "num_experts_per_token",
    "top_k_experts",
    "moe_topk",
    "moe_top_k",
    "moe_k",
)
_CONTEXT = (
    "max_position_embeddings",
    "n_positions",
    "max_seq_len",
    "max_sequence_length",
    "seq_length",
)
_MORE_THAN_TEXT = ("vision_config", "audio_config", "speech_config")


@dataclass(frozen=True, kw_only=True)
class ModelShape:
    """The numbers of a model's config that plans depend on."""

    layers: int
    hidden: int
    vocab_size: int
    context: int | None
    """Tokens that the model can see at once, where its config says so."""


@dataclass(frozen=True)
class ModelSize:
    """The parameters of a model, shared ones counted once."""

    total: int
    active: int
    """Those that a token uses: of the experts of a layer, as many as it is sent to."""


def describe(folder: Path) -> tuple[ModelShape, ModelSize]:
    """Describe the model in a Hugging Face folder, without reading its weights.

    Raises
    ------
    DataError
        If the folder holds no causal language model of text that transformers knows.
    """
    config = _read_config(folder)
    try:
        with torch.device("meta"):
            # As it is loaded to be trained.
            model = AutoModelForCausalLM.from_config(
                config, attn_implementation="sdpa", trust_remote_code=False
            )
    except Exception as error:
        raise _unknown(folder, error) from error
    return _shape(folder, model.config), size_of(model)


def read_shape(folder: Path) -> ModelShape:
    """Read the shape of the model in a Hugging Face folder from its config.

    Raises
    ------
    DataError
        If the folder holds no causal language model of text that transformers knows.
    """
    return _shape(folder, _read_config(folder))


def shape_of(config: Any) -> ModelShape:
    """Return the shape that a config of transformers gives, by whatever names its family has.

    Raises
    ------
    DataError
        If it is the config of a model of more than text, or lacks a number.
    """
    kind = config.model_type
    more = [name for name in _MORE_THAN_TEXT if getattr(config, name, None) is not None]
    if more or not _is_flat(config):
        raise DataError(
            f"{kind} is a model of text and of more ({', '.join(more) or 'nested configs'}), and a "
            "base must be a model of text alone: save its text model in a folder of its own"
        )
    return ModelShape(
        layers=_number(config, "num_hidden_layers"),
        hidden=_number(config, "hidden_size"),
        vocab_size=_number(config, "vocab_size"),
        context=context_of(config),
    )


def size_of(model: nn.Module) -> ModelSize:
    """Count the parameters of a model of transformers.

    Raises
    ------
    DataError
        If the model has experts, and its config does not say how many of them a token uses.
    """
    config: Any = model.config
    experts = _first(config, _EXPERTS)
    total, of_experts = 0, 0
    for name, parameter in model.named_parameters():
        total += parameter.numel()
        if _is_of_experts(name, parameter, experts):
            of_experts += parameter.numel()
    if not of_experts:
        return ModelSize(total, total)
    used = _first(config, _EXPERTS_OF_A_TOKEN)
    if not _is_count(experts) or not _is_count(used):
        raise DataError(
            f"{config.model_type} has experts, and its config gives {experts} as their number and "
            f"{used} as how many a token uses: what its training costs cannot be told"
        )
    unused = of_experts * max(0, experts - used) / experts
    return ModelSize(total, total - round(unused))


def needs_code(error: Exception) -> bool:
    """Tell whether transformers refused a model because code that comes with it was not run."""
    return isinstance(error, ValueError) and "trust_remote_code" in str(error)


def _read_config(folder: Path) -> Any:
    config_file(folder)
    try:
        return AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:
        raise _unknown(folder, error) from error


def _unknown(folder: Path, error: Exception) -> DataError:
    if needs_code(error):
        return DataError(
            f"the model in {folder} can be loaded only by code that comes with it, which is never "
            "run: take a model that transformers itself knows"
        )
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return DataError(f"{folder} holds no causal language model that can be trained: {reason}")


def _shape(folder: Path, config: Any) -> ModelShape:
    try:
        return shape_of(config)
    except DataError as error:
        raise DataError(f"the model in {folder} cannot be a base: {error}") from None


def _is_flat(config: Any) -> bool:
    try:
        return config.get_text_config() is config
    except ValueError:  # several configs are nested in it
        return False


def _number(config: Any, name: str) -> int:
    value = getattr(config, name, None)
    if not _is_count(value):
        raise DataError(f"the config of {config.model_type} gives {value} as its {name}")
    return value


def context_of(config: Any) -> int | None:
    """Return how many tokens a model of text can see at once, where its config says so."""
    value = _first(config, _CONTEXT)
    return value if _is_count(value) else None  # XLNet writes -1 where there is no limit


def _first(config: Any, names: Sequence[str]) -> Any:
    values = (getattr(config, name, None) for name in names)
    return next((value for value in values if value is not None), None)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and value > 0


def _is_of_experts(name: str, parameter: nn.Parameter, experts: Any) -> bool:
    """Tell whether a parameter belongs to the experts that a token is sent to, or to all of them.

    Shared experts, which every token uses, have other names. Families that do not call a module
    ``experts`` hold the weights of all experts of a layer as one stack of matrices.
    """
    if "experts" in name.split("."):
        return True
    stacked = parameter.ndim == 3 and math.prod(parameter.shape[1:]) > max(parameter.shape[1:])
    return stacked and _is_count(experts) and experts > 1 and parameter.shape[0] == experts
