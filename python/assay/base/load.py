"""Loads causal language models, to measure them or to train them; importing it imports torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, PreTrainedModel

from assay.base.describe import needs_code
from assay.base.weights import weight_files
from assay.errors import DataError

__all__ = ["load_model", "load_to_train"]

_HUB = "hf:"


def load_model(
    source: Path | str,
    *,
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
    attention: str | None = None,
) -> PreTrainedModel:
    """Load a causal language model and check it; it is ready to be measured, not to be trained.

    Parameters
    ----------
    source
        Hugging Face folder, which is read without the network; or ``"hf:organisation/name"``, a
        model of the hub, which is fetched unless it was before.
    device, dtype
        Where and in which type its weights are held.
    attention
        How transformers computes attention, for example ``"sdpa"``; its own choice by default.

    Raises
    ------
    DataError
        If a file is missing or damaged, the hub cannot be reached, or the weights do not fit the
        config; if the model needs code that comes with it, or weights that are no safetensors.
    """
    on_hub = isinstance(source, str) and source.startswith(_HUB)
    folder: Any = str(source).removeprefix(_HUB) if on_hub else Path(source)
    if not on_hub and not (folder / "config.json").exists():
        raise DataError(f"{folder / 'config.json'} is missing: {folder} holds no model")
    if not on_hub:
        weight_files(folder)
    try:
        found: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=dtype,
            attn_implementation=attention,
            local_files_only=not on_hub,
            trust_remote_code=False,  # unset, transformers asks at the terminal whether to run it
            use_safetensors=True,  # other files can hold code too
            ignore_mismatched_sizes=True,  # they are told, and refused below with the others
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        if needs_code(error):
            raise DataError(
                f"{source} can be loaded only by code that comes with it, which is never run: "
                "take a model that transformers itself knows"
            ) from None
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError(f"{source} holds no causal language model: {reason}") from error
    model, loading = found
    wrong = {kind: sorted(map(str, names)) for kind, names in loading.items() if names}
    if wrong:
        raise DataError(f"the weights in {source} do not fit its config.json: {wrong}")
    loaded: PreTrainedModel = model.to(device).eval()
    return loaded


def load_to_train(folder: Path) -> PreTrainedModel:
    """Load a causal language model in float32 to be trained, from a folder alone.

    Raises
    ------
    DataError
        If the folder holds no such model, or its weights do not fit its config.
    """
    # Packed documents are told apart by positions that start anew. Of the ways in which
    # transformers computes attention, "sdpa" is the one that is known to respect them.
    model = load_model(folder, attention="sdpa")
    model.train()
    return model
