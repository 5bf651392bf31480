"""Models of several families against their own logits, and models that must be refused."""

from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from assay.errors import DataError
from assay.evaluate.model import TokenLossModel
from assay.evaluate.windows import Window

_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "intermediate_size": 48,
    "vocab_size": 50,
    "max_position_embeddings": 64,
    "head_dim": 16,
    "initializer_range": 0.5,
    "pad_token_id": 0,
    "bos_token_id": None,
    "eos_token_id": None,
}
FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {"tie_word_embeddings": False},
    "phi": {"partial_rotary_factor": 0.5},
    "gemma2": {"final_logit_softcapping": 3.0, "query_pre_attn_scalar": 16},
    "granite": {"logits_scaling": 7.0},
    "cohere": {"logit_scale": 0.3},
}
IDS = np.random.default_rng(0).integers(0, 50, (3, 12))


def _family(name: str) -> PreTrainedModel:
    torch.manual_seed(0)
    config = AutoConfig.for_model(name, **{**_SIZES, **FAMILIES[name]})
    return AutoModelForCausalLM.from_config(config).eval()


def _window(ids: np.ndarray, context: int = 1) -> Window:
    return Window(tokens=ids, token_bytes=np.ones(len(ids), dtype=np.int64), context=context)


def _losses(model: PreTrainedModel) -> tuple[np.ndarray, np.ndarray]:
    loss, _ = TokenLossModel(model, IDS[0]).losses([_window(row) for row in IDS])
    return loss.nll.numpy(), (loss.target_logit >= loss.max_logit).numpy()


@pytest.mark.parametrize("family", FAMILIES)
def test_losses_equal_those_of_the_models_own_logits(family: str) -> None:
    model = _family(family)
    losses, right = _losses(model)
    ids = torch.from_numpy(IDS)
    with torch.no_grad():
        logits = model(ids).logits[:, :-1].double()
    own = torch.nn.functional.cross_entropy(logits.mT, ids[:, 1:], reduction="none")
    np.testing.assert_allclose(losses, own.flatten().numpy(), rtol=1e-5, atol=1e-5)
    assert np.array_equal(right, (logits.argmax(2) == ids[:, 1:]).flatten().numpy())


@pytest.mark.parametrize(
    ("family", "change"),
    [
        ("gemma2", {"final_logit_softcapping": None}),
        ("granite", {"logits_scaling": 1.0}),
        ("cohere", {"logit_scale": 1.0}),
    ],
)
def test_model_whose_config_does_not_tell_all_is_refused(
    family: str, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _family(family)
    hidden = type(model.config)(**{**model.config.to_dict(), **change})
    monkeypatch.setattr(type(model.config), "get_text_config", lambda self: hidden)
    with pytest.raises(DataError, match=f"the losses of the model {family} differ by"):
        TokenLossModel(model, IDS[0])


def test_context_is_not_predicted_and_changes_nothing_else(make_llama) -> None:
    model = TokenLossModel(make_llama(), IDS[0])
    whole, ends = model.losses([_window(row) for row in IDS])
    part, same = model.losses([_window(row, context=5) for row in IDS])
    assert ends.tolist() == same.tolist() == [11, 22, 33]
    context = np.tile(np.arange(11) < 4, 3)
    assert not part.nll[context].any()
    assert torch.equal(part.nll[~context], whole.nll[~context])
    sums = model.sums([_window(row, context=5) for row in IDS])
    assert sums.tokens.tolist() == sums.bytes.tolist() == [7, 7, 7]


def test_losses_that_are_not_finite_are_an_error_on_every_path(
    make_llama, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TokenLossModel(make_llama(), IDS[0])
    loss, ends = model.losses([_window(IDS[0])])
    with torch.inference_mode():
        loss.nll[3] = torch.nan  # as the GPU path leaves it, which does not wait to raise an error
    monkeypatch.setattr(model, "losses", lambda windows: (loss, ends))
    with pytest.raises(ValueError, match=r"loss.nll\[3\] of loss \[11\] is nan"):
        model.sums([_window(IDS[0])])


def test_model_without_a_linear_head_is_refused() -> None:
    model = _family("llama")
    with pytest.raises(DataError, match="the head of the model llama is NoneType"):
        TokenLossModel(model.model, IDS[0])


def test_text_that_does_not_fit_the_model_is_refused(make_llama) -> None:
    model = make_llama()
    with pytest.raises(DataError, match="the text has token 50 and the model llama only 50"):
        TokenLossModel(model, np.array([1, 50]))
    with pytest.raises(DataError, match="token 70"):
        TokenLossModel(model, IDS[0]).losses([_window(np.array([1, 2, 70]))])
    with pytest.raises(DataError, match=r"windows have 65 tokens and the model llama is made"):
        TokenLossModel(model, np.ones(65, dtype=np.int64))


def test_broken_weights_are_an_error_not_a_wrong_number(make_llama) -> None:
    model = make_llama()
    with torch.no_grad():
        model.model.norm.weight[0] = torch.nan
    with pytest.raises(ValueError, match="hidden has values that are not finite"):
        TokenLossModel(model, IDS[0])
