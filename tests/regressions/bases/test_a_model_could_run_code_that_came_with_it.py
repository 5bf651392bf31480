"""Loading a folder could ask whether to run its code, and read weights that can hold code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaConfig

from assay.base.describe import describe
from assay.base.load import load_model, load_to_train
from assay.errors import DataError

_CODE = """
from pathlib import Path
Path({marker!r}).write_text("ran")
from transformers import LlamaConfig, LlamaForCausalLM
class OwnConfig(LlamaConfig):
    model_type = "own"
class OwnModel(LlamaForCausalLM):
    config_class = OwnConfig
"""
_SMALL = LlamaConfig(
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=16,
    vocab_size=32,
    bos_token_id=None,
    eos_token_id=None,
)


@pytest.mark.parametrize("load", [load_model, load_to_train, describe])
def test_code_in_the_folder_is_never_run_and_never_asked_about(
    load: Callable[[Path], Any],
    save_base: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save_base(_SMALL)
    folder, marker = tmp_path / "base", tmp_path / "marker"
    (folder / "own.py").write_text(_CODE.format(marker=str(marker)))
    config = json.loads((folder / "config.json").read_text())
    classes = {"AutoConfig": "own.OwnConfig", "AutoModelForCausalLM": "own.OwnModel"}
    own = {**config, "model_type": "own", "architectures": ["OwnModel"], "auto_map": classes}
    (folder / "config.json").write_text(json.dumps(own))
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    with pytest.raises(DataError, match=r"only by code that comes with it, which is never run"):
        load(folder)
    assert not marker.exists()


def test_weights_that_can_hold_code_are_refused(
    save_base: Callable[..., Any], tmp_path: Path
) -> None:
    model, folder = save_base(_SMALL), tmp_path / "base"
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(DataError, match=r"holds no \*\.safetensors: save the model in that format"):
        load_model(folder)


def test_from_the_hub_the_same_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    def fetch(_: str, **options: Any) -> Any:
        asked.update(options)
        raise OSError("that is enough")

    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", fetch)
    with pytest.raises(DataError, match="that is enough"):
        load_model("hf:organisation/name")
    assert asked["trust_remote_code"] is False
    assert asked["use_safetensors"] is True
