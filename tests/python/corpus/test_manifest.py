"""The types of a manifest are those of its schema, which Rust writes."""

import importlib.resources
import json
import typing

import pytest

from assay.corpus import Overlap, Prepared, manifest
from assay.errors import DataError

_SCHEMA = json.loads(
    importlib.resources.files("assay.schema").joinpath("manifest.json").read_text()
)
_NAMES = {"OverlapReport": "Overlap", "StoreHeader": "TokenStore", "StoreShard": "Shard"}
_KINDS = {int: "integer", str: "string", float: "number"}


def _types():
    found = [kind for kind in vars(manifest).values() if typing.is_typeddict(kind)]
    assert len(found) > 8
    return found


@pytest.mark.parametrize("kind", _types(), ids=lambda kind: kind.__name__)
def test_a_type_has_the_fields_of_its_schema(kind):
    name = _NAMES.get(kind.__name__, kind.__name__)
    schema = _SCHEMA if name == "Manifest" else _SCHEMA["$defs"][name]
    fields = typing.get_type_hints(kind, include_extras=True)
    assert set(fields) == set(schema["properties"])
    for field, hint in fields.items():
        if hint in _KINDS and "type" in schema["properties"][field]:
            assert schema["properties"][field]["type"] == _KINDS[hint], field
        optional = type(None) in typing.get_args(hint)
        left_out = typing.get_origin(hint) is typing.NotRequired
        assert (optional or left_out) == (field not in schema.get("required", [])), field


def _kept(name, documents, text_bytes):
    return {"name": name, "kept": {"documents": documents, "text_bytes": text_bytes}}


def test_an_overlap_is_a_share_of_the_source_that_is_asked_about():
    shared = {"sources": ["books", "web"], "documents": 20, "text_bytes": [900, 1000]}
    prepared = Prepared(
        {
            "sources": [_kept("replay", 60, 9e3), _kept("books", 40, 1800), _kept("web", 200, 5e4)],
            "evals": [],
            "overlaps": [shared],
        }
    )
    assert prepared.overlap("books", "web") == Overlap(documents=0.5, text=0.5)
    assert prepared.overlap("web", "books") == Overlap(documents=0.1, text=0.02)
    assert prepared.overlap("books", "replay") is None
    assert Prepared({"sources": [], "evals": []}).overlap("books", "web") is None


def test_text_without_tokens_is_no_text_of_a_study():
    report = {"name": "a", "store": None}
    prepared = Prepared({"tokenizer": None, "sources": [report], "evals": []})
    with pytest.raises(DataError, match=r"no tokens: run `assay prepare` again"):
        _ = prepared.tokenizer
    for name in ("a", "b"):
        with pytest.raises(DataError, match=f'no text of "{name}" is prepared'):
            prepared.store(name)
