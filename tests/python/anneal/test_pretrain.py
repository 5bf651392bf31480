"""The base: pre-trained once, cached by digest, resumable, verified."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from assay.anneal import pretrain as base_module
from assay.anneal.model import tiny_model
from assay.anneal.pretrain import pretrain_base
from assay.base.facts import model_digests
from assay.base.folder import prepare_hf_base, verify_base
from assay.errors import AssayError, DataError, Interrupted
from assay.files import digest, file_sha256
from assay.progress import Progress


def test_the_built_model_has_the_planned_size(tiny: Any) -> None:
    assert tiny_model(tiny.base_spec).num_parameters() == tiny.base_spec.params


def test_the_base_has_learnt_and_keeps_its_optimizer(tiny: Any) -> None:
    about = verify_base(tiny.base, tiny.base_spec.sha256)
    assert about["steps"] == 40
    assert about["loss"] < 4.0  # ln 64 = 4.16 is the loss of knowing nothing
    state = load_file(tiny.base / "optimizer.safetensors")
    assert {tensor.item() for name, tensor in state.items() if name.startswith("step/")} == {40.0}
    assert (tiny.base / "tokenizer.json").read_bytes() == tiny.tokenizer.read_bytes()
    assert AutoModelForCausalLM.from_pretrained(tiny.base).num_parameters() == about["params"]


def test_the_rate_is_constant_after_the_warm_up(tiny: Any) -> None:
    lines = (tiny.base / "metrics.jsonl").read_text().splitlines()
    rates = [json.loads(line)["lr"] for line in lines]
    assert rates[0] == pytest.approx(0.2e-2)
    assert set(rates[4:]) == {1e-2}


def test_a_cached_base_is_not_trained_again(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(base_module, "train")
    out = tmp_path / "out" / "base"
    pretrain_base(tiny.base_spec, tiny.stores["replay"], tiny.tokenizer, out, progress=False)
    pretrain_base(tiny.base_spec, tiny.stores["replay"], tiny.tokenizer, out, progress=False)
    verify_base(out, tiny.base_spec.sha256)


def test_an_interrupted_base_continues_to_the_same_bits(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path))
    arguments = (tiny.base_spec, tiny.stores["replay"], tiny.tokenizer, tmp_path / "base")

    def interrupt(self: Progress, done: int) -> None:
        if done == 9 * 8 * 16:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "update", interrupt)
        with pytest.raises(Interrupted, match="update 9 of 40"):
            pretrain_base(*arguments, progress=False)
    assert not (tmp_path / "base").exists()
    pretrain_base(*arguments, progress=False)
    for name in ("model.safetensors", "optimizer.safetensors"):
        assert file_sha256(tmp_path / "base" / name) == file_sha256(tiny.base / name)


def test_a_diverging_base_is_an_error(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path))
    spec = replace(tiny.base_spec, learning_rate=1e30)
    with pytest.raises(AssayError, match=r"diverged at update \d+ of 40: lower"):
        pretrain_base(spec, tiny.stores["replay"], tiny.tokenizer, tmp_path / "b", progress=False)
    assert not (tmp_path / "b").exists()


def test_another_tokenizer_is_an_error(tiny: Any, tmp_path: Path) -> None:
    other = tmp_path / "tokenizer.json"
    other.write_text("{}")
    spec = replace(tiny.base_spec, seed=9)
    with pytest.raises(DataError, match=r"tokenizer\.json is .*the text was prepared with"):
        pretrain_base(spec, tiny.stores["replay"], other, tmp_path / "base", progress=False)


def test_a_changed_file_of_a_base_is_found(tiny: Any, tmp_path: Path) -> None:
    out = tmp_path / "base"
    pretrain_base(tiny.base_spec, tiny.stores["replay"], tiny.tokenizer, out, progress=False)
    (out / "config.json").unlink()
    (out / "config.json").write_text("{}")
    with pytest.raises(DataError, match=r"config\.json is .*base\.json says"):
        verify_base(out, tiny.base_spec.sha256)
    with pytest.raises(DataError, match="the plan is for 0123"):
        verify_base(out, "0123")


def test_a_local_folder_becomes_a_base_without_optimizer_state(tiny: Any, tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    AutoModelForCausalLM.from_pretrained(tiny.base).save_pretrained(folder)
    sha256 = digest(model_digests(folder))
    prepare_hf_base(folder, sha256, tmp_path / "base")
    verify_base(tmp_path / "base", sha256)
    assert not (tmp_path / "base" / "optimizer.safetensors").exists()
    result = tiny.anneal(tiny.spec(warmup_steps=3), tmp_path / "run", base=tmp_path / "base")
    assert result["status"] == "done"
    with pytest.raises(DataError, match="has changed since the plan"):
        prepare_hf_base(folder, "0123", tmp_path / "other")
