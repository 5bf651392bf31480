"""One anneal: determinism, resume, the kept optimizer state, divergence."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from assay.anneal import run
from assay.errors import DataError, Interrupted
from assay.ledger import read_result
from assay.records import CONTROL


def losses(folder: Path) -> list[float]:
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [json.loads(line)["loss"] for line in lines]


def test_a_finished_folder_is_a_model_with_its_result(tiny: Any, tmp_path: Path) -> None:
    spec = tiny.spec()
    result = tiny.anneal(spec, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "run.json",
        "metrics.jsonl",
        "config.json",
        "model.safetensors",
        "result.json",
        "DONE",
    }
    assert read_result(tmp_path) == result
    assert result["status"] == "done"
    assert result["tokens"] == spec.tokens
    written = hashlib.sha256((tmp_path / "model.safetensors").read_bytes()).hexdigest()
    assert result["weights_sha256"] == written
    per_token = 6 * tiny.base_spec.params + 12 * 1 * 32 * 16
    assert result["flops"] == per_token * spec.tokens
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert model.num_parameters() == tiny.base_spec.params


def test_loss_falls_on_a_rule_and_only_with_the_source(tiny: Any, tmp_path: Path) -> None:
    tiny.anneal(tiny.spec(steps=60), tmp_path / "rule")
    tiny.anneal(tiny.spec(CONTROL, steps=60), tmp_path / "control")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "rule")
    control = AutoModelForCausalLM.from_pretrained(tmp_path / "control")
    base = AutoModelForCausalLM.from_pretrained(tiny.base)
    start = np.random.default_rng(0).integers(1, 64, 256)
    ids = torch.from_numpy(np.stack([start, (5 * start + 7) % 64], axis=1))

    def loss(of: Any) -> float:
        with torch.no_grad():
            logits = of(input_ids=ids[:, :1]).logits[:, 0]
        return float(torch.nn.functional.cross_entropy(logits, ids[:, 1]))

    assert loss(model) < 0.6 * loss(base)
    assert loss(model) < 0.6 * loss(control)


def test_the_rate_falls_to_its_last_step(tiny: Any, tmp_path: Path) -> None:
    spec = tiny.spec()
    tiny.anneal(spec, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    rates = [line["lr"] for line in lines]
    assert rates[0] == spec.learning_rate
    assert rates[-1] == pytest.approx(spec.learning_rate / spec.steps)
    assert [line["tokens"] for line in lines] == [64 * (i + 1) for i in range(12)]


def test_equal_specs_give_equal_weights_and_seeds_differ(tiny: Any, tmp_path: Path) -> None:
    results = [
        tiny.anneal(spec, tmp_path / str(i))["weights_sha256"]
        for i, spec in enumerate([tiny.spec(), tiny.spec(), tiny.spec(seed=1)])
    ]
    assert results[0] == results[1]
    assert results[0] != results[2]


def test_an_interrupted_run_on_a_blend_is_the_same_bit_for_bit(tiny: Any, tmp_path: Path) -> None:
    spec, stop = tiny.blend(), threading.Event()
    straight = tiny.anneal(spec, tmp_path / "straight")
    assert (
        straight["weights_sha256"] != tiny.anneal(tiny.spec(), tmp_path / "one")["weights_sha256"]
    )

    def on_step(step: int) -> None:
        if step == 5:
            stop.set()

    with pytest.raises(Interrupted, match="update 5 of 12"):
        tiny.anneal(spec, tmp_path / "broken", stop, on_step)
    assert tiny.anneal(spec, tmp_path / "broken")["weights_sha256"] == straight["weights_sha256"]


@pytest.mark.parametrize("seconds", [0.0, 1000.0], ids=["every step", "at the stop alone"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_interrupted_twice_is_the_same_bit_for_bit(
    tiny: Any, tmp_path: Path, seconds: float, precision: str
) -> None:
    spec = tiny.spec(precision=precision)
    straight = tiny.anneal(spec, tmp_path / "straight")
    broken = tmp_path / "broken"
    for last in (4, 9):
        stop = threading.Event()

        def on_step(step: int, last: int = last, stop: threading.Event = stop) -> None:
            if step == last:
                stop.set()

        with pytest.raises(Interrupted, match=f"update {last} of 12"):
            tiny.anneal(spec, broken, stop, on_step, checkpoint_seconds=seconds)
        assert read_result(broken) is None
    resumed = tiny.anneal(spec, broken)
    assert resumed["weights_sha256"] == straight["weights_sha256"]
    assert losses(broken) == losses(tmp_path / "straight")
    assert resumed["loss"] == straight["loss"]


def test_a_finished_run_is_not_run_again(tiny: Any, tmp_path: Path) -> None:
    first = tiny.anneal(tiny.spec(), tmp_path)

    def on_step(step: int) -> None:
        raise AssertionError(step)

    assert tiny.anneal(tiny.spec(), tmp_path, on_step=on_step) == first


def test_the_optimizer_state_of_the_base_is_kept(tiny: Any, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(tiny.base, bare)
    (bare / "optimizer.safetensors").unlink()
    kept = tiny.anneal(tiny.spec(), tmp_path / "kept")
    fresh = tiny.anneal(tiny.spec(), tmp_path / "fresh", base=bare)
    assert losses(tmp_path / "kept")[0] == losses(tmp_path / "fresh")[0]
    assert losses(tmp_path / "kept")[1] != losses(tmp_path / "fresh")[1]
    assert kept["weights_sha256"] != fresh["weights_sha256"]


def test_a_diverged_run_is_an_honest_result(tiny: Any, tmp_path: Path) -> None:
    result = tiny.anneal(tiny.spec(learning_rate=1e30), tmp_path)
    assert result["status"] == "diverged"
    assert result["loss"] is None
    assert result["weights_sha256"] is None
    assert result["steps"] < 12
    assert not (tmp_path / "model.safetensors").exists()
    assert read_result(tmp_path) == result


def test_a_damaged_checkpoint_is_named(tiny: Any, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint" / "state.safetensors"
    path.parent.mkdir()
    path.write_bytes(b"torn")
    with pytest.raises(DataError, match=r"state\.safetensors is damaged .*delete it"):
        tiny.anneal(tiny.spec(), tmp_path)


def test_a_folder_without_a_model_is_named(tiny: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"config\.json is missing: .* holds no model"):
        tiny.anneal(tiny.spec(), tmp_path / "run", base=tmp_path)


@pytest.mark.parametrize("what", ["missing", "mismatched"])
def test_weights_that_do_not_fit_are_named(tiny: Any, tmp_path: Path, what: str) -> None:
    base = tmp_path / "base"
    shutil.copytree(tiny.base, base)
    tensors = load_file(base / "model.safetensors")
    norm = tensors.pop("model.norm.weight")
    if what == "mismatched":
        tensors["model.norm.weight"] = torch.cat([norm, norm])
    save_file(tensors, base / "model.safetensors", {"format": "pt"})
    with pytest.raises(DataError, match=rf"config\.json: .*{what}_keys.*model\.norm\.weight"):
        tiny.anneal(tiny.spec(), tmp_path / "run", base=base)


def test_a_kill_while_results_are_written_is_repaired(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = tiny.anneal(tiny.spec(), tmp_path / "straight")

    def killed(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "write_json", killed)
        with pytest.raises(KeyboardInterrupt):
            tiny.anneal(tiny.spec(), tmp_path / "broken")
    again = tiny.anneal(tiny.spec(), tmp_path / "broken")
    assert again["weights_sha256"] == straight["weights_sha256"]
