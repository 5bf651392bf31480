"""The schemas that editors read: current, with every key described, and true of real files."""

import importlib.resources
import json
import tomllib

import jsonschema
import pytest

from assay.study.schemas import toml_schemas, write_schemas

SCHEMAS = {name: json.loads(text) for name, text in toml_schemas().items()}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_files_are_current(name):
    file = importlib.resources.files("assay.schema") / f"{name}.json"
    assert file.read_text() == toml_schemas()[name], "run `cargo x schema`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_json_and_a_schema(name):
    text = toml_schemas()[name]
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_of_a_table_is_described(name):
    for table, definition in SCHEMAS[name]["$defs"].items():
        for key, value in definition.get("properties", {}).items():
            assert value.get("description"), f"{table}.{key} has no docstring"


@pytest.mark.parametrize("name", ["study.toml", "study-full.toml"])
def test_the_studies_of_the_demo_are_valid(name):
    text = (importlib.resources.files("assay.demo") / name).read_text()
    jsonschema.validate(tomllib.loads(text), SCHEMAS["study"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('budget = "40 USD"', 'anneal_tokens = "50B"\npilot = "30 USD"'),
        ("from = 1000", 'from = "1k"'),
        ('path = "a.jsonl"', 'path = ["a.jsonl", "b/"]\ncap = "2M"\nfilters = ["c4"]'),
        ("[replay]", 'limit = "0.05 nats"\n[replay]'),
    ],
)
def test_every_way_to_write_a_key_is_valid(small_study, old, new):
    assert old in small_study
    jsonschema.validate(tomllib.loads(small_study.replace(old, new)), SCHEMAS["study"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "s"', 'nmae = "s"'),
        ('kind = "raw"', 'kind = "row"'),
        ('kind = "raw"', 'kind = "filtered"'),
        ("to = 16000", "to = 16000\nfactor = 1"),
    ],
)
def test_a_slip_is_not_valid(small_study, old, new):
    assert old in small_study
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(small_study.replace(old, new)), SCHEMAS["study"])


def test_a_price_sheet_is_valid():
    sheet = """
        params = 1e9
        prices = { gpu_hour = 2.0, peak_flops = 1e15 }
        [[source]]
        name = "books"
        cost = { kind = "licensed", usd_per_million_tokens = 3.0 }
    """
    jsonschema.validate(tomllib.loads(sheet), SCHEMAS["price-sheet"])


def test_writing_gives_a_file_for_each(tmp_path):
    write_schemas(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(SCHEMAS)
