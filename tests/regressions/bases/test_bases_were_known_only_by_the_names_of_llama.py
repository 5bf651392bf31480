"""GPT-2 and models of text and images ended a plan with a KeyError, after the text was prepared."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import (
    Gemma3Config,
    Gemma3TextConfig,
    GPT2Config,
    LlamaConfig,
    PreTrainedModel,
    SiglipVisionConfig,
)

from assay.base.facts import folder_facts
from assay.base.folder import prepare_hf_base
from assay.base.load import load_to_train
from assay.errors import DataError, StudyError
from assay.study import stages

_OPTIONS = stages.StageOptions(progress=False)
_LLAMA = LlamaConfig(
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    vocab_size=1000,
    max_position_embeddings=64,
    tie_word_embeddings=True,
    bos_token_id=None,
    eos_token_id=None,
)


def _gpt2(positions: int) -> GPT2Config:
    return GPT2Config(
        vocab_size=1000,
        n_embd=16,
        n_layer=2,
        n_head=2,
        n_positions=positions,
        bos_token_id=0,
        eos_token_id=0,
    )


def _gemma3() -> Gemma3Config:
    text = Gemma3TextConfig(
        vocab_size=1000,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    vision = SiglipVisionConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=28,
        patch_size=14,
    )
    return Gemma3Config(text_config=text, vision_config=vision, mm_tokens_per_image=4)


def _params(model: PreTrainedModel) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def test_gpt2_is_described_by_its_own_names(with_base: Any, save_base: Any) -> None:
    model = save_base(_gpt2(16))
    base = stages.plan(with_base, _OPTIONS)[0].base
    assert (base.layers, base.hidden, base.vocab_size, base.context) == (2, 16, 1000, 16)
    assert base.params == base.stored_params == _params(model)


def test_sequences_longer_than_gpt2_can_see_are_refused(with_base: Any, save_base: Any) -> None:
    save_base(_gpt2(8))
    for stage in (stages.prepare, stages.plan):
        with pytest.raises(StudyError, match=r"sequences of 16 tokens are longer .* base, 8"):
            stage(with_base, _OPTIONS)


def test_a_model_of_text_and_images_is_refused_before_text_is_prepared(
    with_base: Any, save_base: Any
) -> None:
    save_base(_gemma3())
    shutil.rmtree(with_base.output.prepared)
    with pytest.raises(DataError, match=r"gemma3 is a model of text and of more \(vision_config"):
        stages.prepare(with_base, _OPTIONS)
    assert not with_base.output.prepared.exists()


def test_what_cannot_be_described_is_refused_by_name(with_base: Any, save_base: Any) -> None:
    save_base(_LLAMA)
    (with_base.folder / "base" / "config.json").write_text('{"model_type": "no such family"}')
    with pytest.raises(DataError, match=r"base holds no causal language model that can be trained"):
        stages.plan(with_base, _OPTIONS)


def test_a_vocabulary_smaller_than_the_tokenizers_is_refused(
    tmp_path: Path, save_base: Any
) -> None:
    save_base(_LLAMA)
    report: Any = {"vocab_size": 1001}
    with pytest.raises(DataError, match=r"has 1001 entries, the model in .* only 1000"):
        folder_facts(tmp_path / "base", report, 1e-3)


def test_shared_weights_and_copies_count_once(
    tmp_path: Path, save_base: Callable[..., PreTrainedModel]
) -> None:
    model, folder = save_base(_LLAMA, max_shard_size="20KB"), tmp_path / "base"
    assert not (folder / "model.safetensors").exists()
    report: Any = {"vocab_size": 1000}
    alone = folder_facts(folder, report, 1e-3)
    for name in ("consolidated.safetensors", "optimizer.safetensors"):
        (folder / name).write_bytes(b"another copy")
    assert folder_facts(folder, report, 1e-3) == alone
    assert alone.params == _params(model)
    prepare_hf_base(folder, alone.sha256, tmp_path / "out")
    assert not (tmp_path / "out" / "consolidated.safetensors").exists()
    assert not (tmp_path / "out" / "optimizer.safetensors").exists()
    assert _params(load_to_train(tmp_path / "out")) == alone.params
