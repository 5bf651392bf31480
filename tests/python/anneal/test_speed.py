"""How fast a worker trains, tried on a base of its shape."""

import json
from dataclasses import asdict

import pytest
from transformers import LlamaConfig

from assay.anneal import speed
from assay.anneal.speed import main, tokens_per_second


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(speed, "_SECONDS", 0.05)


def job(**base):
    sizes = {"batch_sequences": 2, "sequence_tokens": 16, "vocab_size": 64}
    return {**sizes, "precision": "float32", **base}


def test_a_built_in_base_is_tried_from_the_command_line(tiny, capsys):
    assert main([json.dumps(job(builtin=asdict(tiny.base_spec)))]) == 0
    assert float(capsys.readouterr().out) > 100.0


def test_a_folder_is_tried_by_its_config_without_its_weights(tmp_path):
    config = LlamaConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        vocab_size=64,
        architectures=["LlamaForCausalLM"],
    )
    config.save_pretrained(tmp_path)
    assert tokens_per_second(job(builtin=None, folder=str(tmp_path))) > 100.0
