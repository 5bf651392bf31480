"""Bases of many families with random weights, as Hugging Face folders. All of it needs torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, PreTrainedModel


@pytest.fixture
def save_base(tmp_path: Path) -> Callable[..., PreTrainedModel]:
    """Save a model of a config in ``tmp_path / "base"`` and return it."""

    def save(config: Any, **options: Any) -> PreTrainedModel:
        torch.manual_seed(0)
        model: PreTrainedModel = AutoModelForCausalLM.from_config(config)
        model.save_pretrained(tmp_path / "base", **options)
        return model

    return save


@pytest.fixture
def with_base(study: Any, change: Any) -> Any:
    """Return the prepared study of two sources with the folder ``base`` as its base."""
    rated = change(study, "[anneal]", "[anneal]\nlearning_rate = 1e-3")
    return change(rated, "tokenizer =", 'model = "base"\ntokenizer =')
