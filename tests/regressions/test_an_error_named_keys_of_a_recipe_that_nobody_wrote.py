"""A person wrote a study file, and read about line 1 of a recipe, or `source.3.cost.filtered`."""

import json

import pytest

from assay import load_study
from assay.errors import AssayError, StudyError
from assay.study import stages


@pytest.fixture
def prepared(tmp_path, small_study, tokenizer_file):
    """Prepare the small study after a change of its file."""
    for name in ("target", "guard", "replay", "a"):
        lines = [json.dumps({"text": f"{name} has {i} words of its own"}) for i in range(20)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    (tmp_path / "tokenizer.json").write_bytes(tokenizer_file.read_bytes())

    def prepare(old, new):
        path = tmp_path / "study.toml"
        path.write_text(small_study.replace(old, new))
        stages.prepare(load_study(path), stages.StageOptions(progress=False))

    return prepare


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[ladder]", '[prepare]\nseparator = ""\n[ladder]', "[prepare] separator is empty"),
        (
            'path = "a.jsonl"',
            'path = "a.jsonl"\nfilters = [{ rule = "length", min_words = 300 }]',
            '[[source]] "a": none of its 20 documents is left',
        ),
        (
            'path = "replay.jsonl"',
            'path = "replay.jsonl"\nfilters = [{ rule = "length", min_words = 300 }]',
            "[replay]: none of its 20 documents is left",
        ),
        (
            'path = "a.jsonl"',
            'path = "a.jsonl"\nfilters = [{ rule = "length", min_word = 3 }]',
            '[[source]] "a" filters: unknown field `min_word`',
        ),
    ],
)
def test_the_engine_speaks_of_the_tables_of_the_study(prepared, old, new, message):
    with pytest.raises(AssayError) as raised:
        prepared(old, new)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("value", ["1979-05-27", "nan", "{ rule = 'length', min_words = inf }"])
def test_a_filter_that_no_recipe_can_hold_is_refused_by_its_place(prepared, value):
    with pytest.raises(StudyError, match=r'\[\[source\]\] "a" filters number 1: found a date or'):
        prepared('path = "a.jsonl"', f'path = "a.jsonl"\nfilters = [{value}]')


def test_a_price_that_is_missing_is_named_in_its_source(prepared):
    with pytest.raises(StudyError, match=r'\[\[source\]\] "a" cost\.classifier_params is missing'):
        prepared('{ kind = "raw" }', '{ kind = "filtered" }')
