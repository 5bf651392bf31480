"""The cost of training a base with experts counted all of them, of which a token uses few."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import (
    DeepseekV3Config,
    GraniteMoeConfig,
    MixtralConfig,
    PreTrainedModel,
    Qwen2MoeConfig,
    Qwen3MoeConfig,
)

from assay.anneal.model import training_flops
from assay.base.facts import folder_facts
from assay.errors import DataError
from assay.study import stages
from assay.study.preview import preview

_SHAPE: dict[str, Any] = {
    "vocab_size": 1000,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "bos_token_id": None,
    "eos_token_id": None,
    "pad_token_id": None,
}
_EXPERT = 3 * 16 * 8  # gate, up and down projections between 16 and 8 numbers
_FAMILIES = {
    # Two layers, and in each the experts that a token is not sent to.
    "mixtral": (
        MixtralConfig(**_SHAPE, intermediate_size=8, num_local_experts=8, num_experts_per_tok=2),
        2 * 6 * _EXPERT,
    ),
    "qwen3": (
        Qwen3MoeConfig(
            **_SHAPE,
            head_dim=8,
            intermediate_size=32,
            moe_intermediate_size=8,
            num_experts=16,
            num_experts_per_tok=3,
        ),
        2 * 13 * _EXPERT,
    ),
    "dense layer": (
        Qwen3MoeConfig(
            **_SHAPE,
            head_dim=8,
            intermediate_size=32,
            moe_intermediate_size=8,
            num_experts=16,
            num_experts_per_tok=3,
            mlp_only_layers=[0],
        ),
        13 * _EXPERT,
    ),
    # Its shared expert is used by every token.
    "qwen2": (
        Qwen2MoeConfig(
            **_SHAPE,
            intermediate_size=32,
            moe_intermediate_size=8,
            shared_expert_intermediate_size=24,
            num_experts=6,
            num_experts_per_tok=2,
        ),
        2 * 4 * _EXPERT,
    ),
    "deepseek": (
        DeepseekV3Config(
            **_SHAPE,
            intermediate_size=32,
            moe_intermediate_size=8,
            n_routed_experts=8,
            n_shared_experts=1,
            num_experts_per_tok=2,
            n_group=2,
            topk_group=1,
            first_k_dense_replace=1,
            q_lora_rank=8,
            kv_lora_rank=8,
            qk_rope_head_dim=4,
            qk_nope_head_dim=4,
            v_head_dim=8,
        ),
        6 * _EXPERT,
    ),
    # No module of it is called experts.
    "granite": (
        GraniteMoeConfig(**_SHAPE, intermediate_size=8, num_local_experts=8, num_experts_per_tok=2),
        2 * 6 * _EXPERT,
    ),
}


@pytest.mark.parametrize(("config", "unused"), _FAMILIES.values(), ids=_FAMILIES)
def test_experts_that_a_token_does_not_use_are_not_paid_for(
    config: Any, unused: int, tmp_path: Path, save_base: Callable[..., PreTrainedModel]
) -> None:
    model = save_base(config)
    total = sum(parameter.numel() for parameter in model.parameters())
    report: Any = {"vocab_size": 1000}
    facts = folder_facts(tmp_path / "base", report, 1e-3)
    assert (facts.params, facts.stored_params) == (total - unused, total)
    per_token = 6 * (total - unused) + 12 * 2 * 16 * 32
    assert training_flops(model, 5, 32) == pytest.approx(5 * per_token, rel=1e-12)


def test_the_plan_keeps_both_counts(with_base: Any, save_base: Any) -> None:
    save_base(_FAMILIES["mixtral"][0])
    plan = stages.plan(with_base, stages.StageOptions(progress=False))[0]
    assert type(plan).read(with_base.output.plan) == plan
    assert plan.base.stored_params - plan.base.params == 2 * 6 * _EXPERT
    shown = preview(with_base, plan)
    assert shown.disk_bytes == len(plan.specs) * plan.base.stored_params * 16
    per_token = 6 * plan.base.params + 12 * 2 * 16 * 16
    assert shown.hours == pytest.approx(per_token * shown.tokens / (0.4 * 1e9) / 3600)


def test_experts_of_an_unknown_number_are_refused(tmp_path: Path, save_base: Any) -> None:
    save_base(_FAMILIES["deepseek"][0])
    path = tmp_path / "base" / "config.json"
    told = json.loads(path.read_text())
    # This family may leave out how many experts a token uses.
    path.write_text(json.dumps({**told, "model_type": "deepseek_v2", "num_experts_per_tok": None}))
    report: Any = {"vocab_size": 1000}
    with pytest.raises(DataError, match=r"deepseek_v2 has experts, .* 8 as their number and None"):
        folder_facts(tmp_path / "base", report, 1e-3)
