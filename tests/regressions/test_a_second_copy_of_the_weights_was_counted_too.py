"""A copy of the weights beside those that are loaded doubled the base and the cost of training."""

import json

import pytest

from assay.base.facts import model_digests
from assay.base.weights import left_out, weight_files
from assay.errors import DataError


@pytest.fixture
def folder(tmp_path):
    """Make a folder with a config and files of the names given, one byte each."""

    def made(*names, index=None):
        (tmp_path / "config.json").write_text("{}")
        for name in names:
            (tmp_path / name).write_bytes(b"x")
        if index is not None:
            text = json.dumps({"weight_map": {str(i): name for i, name in enumerate(index)}})
            (tmp_path / "model.safetensors.index.json").write_text(text)
        return tmp_path

    return made


_SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")


def test_the_index_says_which_files_are_the_weights(folder):
    plain = model_digests(folder(*_SHARDS, index=_SHARDS))
    both = folder("consolidated.safetensors")
    assert model_digests(both) == plain, "the base keeps its name"
    assert [path.name for path in weight_files(both)] == list(_SHARDS)
    assert left_out(both) == ["consolidated.safetensors"]


def test_without_an_index_the_weights_have_the_usual_name(folder):
    found = folder("model.safetensors", "consolidated.safetensors", "optimizer.safetensors")
    assert [path.name for path in weight_files(found)] == ["model.safetensors"]
    assert left_out(found) == ["consolidated.safetensors", "optimizer.safetensors"]


def test_an_index_may_name_one_file(folder):
    found = folder("model.safetensors", index=["model.safetensors"])
    assert [path.name for path in weight_files(found)] == ["model.safetensors"]


@pytest.mark.parametrize(
    ("names", "index", "message"),
    [
        (("model.safetensors", *_SHARDS), _SHARDS, "two models, of which one is meant"),
        (_SHARDS, None, "neither model.safetensors nor model.safetensors.index.json"),
        (("consolidated.safetensors",), None, "holds consolidated.safetensors, and neither"),
        (
            _SHARDS[:1],
            _SHARDS,
            "00002-of-00002.safetensors is missing, and model.safetensors.index",
        ),
        ((), ["../other.safetensors"], "names ../other.safetensors: expected files beside it"),
        ((), [7], "is damaged: expected a weight_map"),
        ((), [], "names no file"),
    ],
)
def test_what_is_not_clear_is_refused(folder, names, index, message):
    with pytest.raises(DataError, match=message):
        model_digests(folder(*names, index=index))
