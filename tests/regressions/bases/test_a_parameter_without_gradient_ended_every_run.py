"""A parameter that the loss never reaches ended every run at its first checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from assay.anneal.checkpoint import (
    Cursor,
    load_optimizer,
    load_state,
    optimizer_tensors,
    save_state,
    write_tensors,
)
from assay.anneal.loop import make_optimizer
from assay.errors import DataError

_IDS = torch.arange(16)[None]


def _model(width: int = 16, extra: int = 3) -> LlamaForCausalLM:
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=32,
            hidden_size=width,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
        )
    )
    model.unused = torch.nn.Parameter(torch.zeros(extra))
    return model


def _update(model: LlamaForCausalLM, optimizer: torch.optim.Optimizer) -> None:
    for group in optimizer.param_groups:
        group["lr"] = 1e-2
    model(input_ids=_IDS, labels=_IDS).loss.backward()
    optimizer.step()
    optimizer.zero_grad()


@pytest.mark.parametrize("before", [0, 2])
def test_a_run_goes_on_from_its_checkpoint_to_the_same_weights(before: int, tmp_path: Path) -> None:
    path, model = tmp_path / "state.safetensors", _model()
    optimizer = make_optimizer(model)
    for _ in range(before):
        _update(model, optimizer)
    save_state(path, model, optimizer, Cursor(before))
    again = _model()
    resumed = make_optimizer(again)
    _update(again, resumed)  # what it was before it is resumed leaves no trace
    assert load_state(path, again, resumed) == Cursor(before)
    for each, its_optimizer in ((model, optimizer), (again, resumed)):
        _update(each, its_optimizer)
    weights = zip(model.parameters(), again.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in weights)


def test_the_state_of_another_model_is_still_refused(tmp_path: Path) -> None:
    path, model = tmp_path / "state.safetensors", _model()
    save_state(path, model, make_optimizer(model), Cursor())
    for other in (_model(width=32), _model(extra=4)):
        with pytest.raises(DataError, match=r"has no weight that fits .* another model"):
            load_state(path, other, make_optimizer(other))


def test_the_optimizer_of_a_base_must_know_every_parameter(tmp_path: Path) -> None:
    path, model = tmp_path / "optimizer.safetensors", _model()
    optimizer = make_optimizer(model)
    _update(model, optimizer)
    write_tensors(path, optimizer_tensors(model, optimizer))
    with pytest.raises(DataError, match="has no optimizer state that fits unused"):
        load_optimizer(path, model, optimizer)
