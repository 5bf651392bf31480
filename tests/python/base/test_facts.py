"""The base model as plans and runs know it: by the digests of its files."""

import hashlib
import json

import pytest

from assay.base.facts import model_digests
from assay.errors import DataError


def test_a_model_is_its_config_and_all_its_weights(tmp_path):
    shards = {"a": "model-1.safetensors", "b": "model-2.safetensors", "c": "model-1.safetensors"}
    contents = {
        "config.json": b"{}",
        "model-1.safetensors": b"one",
        "model-2.safetensors": b"two",
        "model.safetensors.index.json": json.dumps({"weight_map": shards}).encode(),
        "notes.txt": b"no part of it",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    del contents["notes.txt"], contents["model.safetensors.index.json"]
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    assert model_digests(tmp_path) == expected


def test_what_a_model_folder_lacks_is_named(tmp_path):
    with pytest.raises(DataError, match=r"config\.json is missing: .*builtin:tiny or a folder"):
        model_digests(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DataError, match=r"holds no \*\.safetensors: save the model"):
        model_digests(tmp_path)
