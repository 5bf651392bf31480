"""Models from folders and from the hub are loaded to be measured or trained, or refused."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedModel

from assay.base.load import load_model, load_to_train
from assay.errors import DataError


def _llama() -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=48,
        vocab_size=50,
        bos_token_id=None,
        eos_token_id=None,
    )
    return LlamaForCausalLM(config).eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _llama().save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def _weights(model: PreTrainedModel) -> list[torch.Tensor]:
    return [parameter.detach() for parameter in model.parameters()]


def test_loads_what_was_saved(folder: Path) -> None:
    found, saved = _weights(load_model(folder)), _weights(_llama())
    assert all(map(torch.equal, found, saved))


def test_a_model_is_loaded_to_be_measured_or_to_be_trained(folder: Path) -> None:
    assert not load_model(folder, dtype=torch.bfloat16).training
    model = load_to_train(folder)
    assert model.training
    assert model.dtype == torch.float32
    assert model.config._attn_implementation == "sdpa"


def test_name_on_the_hub_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(name: str, **options: Any) -> tuple[PreTrainedModel, dict[str, set[str]]]:
        asked.append((name, options["local_files_only"]))
        return _llama(), {"missing_keys": set()}

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", fetch)
    load_model("hf:organisation/name")
    assert asked == [("organisation/name", False)]


def test_hub_that_cannot_be_reached_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match="hf:organisation/name holds no causal language model"):
        load_model("hf:organisation/name")


def _drop_a_weight(weights: Path) -> None:
    state = load_file(weights)
    del state["model.layers.0.mlp.up_proj.weight"]
    save_file(state, weights, metadata={"format": "pt"})


def _change_a_shape(weights: Path) -> None:
    state = load_file(weights)
    state["model.norm.weight"] = torch.ones(31)
    save_file(state, weights, metadata={"format": "pt"})


def _truncate(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:1000])


DAMAGE = {"a weight missing": _drop_a_weight, "wrong shape": _change_a_shape, "cut": _truncate}


@pytest.mark.parametrize("damage", [*DAMAGE.values(), Path.unlink], ids=[*DAMAGE, "no file"])
def test_damaged_weights_are_an_error(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder / "model.safetensors")
    with pytest.raises(DataError) as caught:
        load_model(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_folder_is_an_error(folder: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(DataError, match=r"config.json is missing"):
        load_model(folder)
