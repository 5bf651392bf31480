import dataclasses
import json

import pytest

from assay.errors import DataError
from assay.records import BlendMember, Measurement, RunSpec, read_measurements, write_measurements

SPEC = RunSpec(
    source="a",
    seed=1,
    steps=64,
    batch_sequences=4,
    sequence_tokens=128,
    candidate_sequences=180,
    unique_sequences=60,
    replay_unique_sequences=76,
    learning_rate=3e-3,
    warmup_steps=0,
    precision="float32",
    study_seed=0,
    base_sha256="b",
    candidate_sha256="c",
    replay_sha256="r",
    tokenizer_sha256="t",
)

BOOKS = BlendMember(
    name="books", candidate_sequences=60, unique_sequences=20, fill=1.0, sha256="c1"
)
WEB = BlendMember(name="web", candidate_sequences=120, unique_sequences=40, fill=0.5, sha256="c2")
BLEND = dataclasses.replace(SPEC, source="books+web", candidate_sha256="", members=(BOOKS, WEB))

MEASUREMENT = Measurement(
    run="r",
    source="a",
    tokens=100,
    candidate_tokens=70,
    unique_tokens=70,
    epochs=1.0,
    steps=2,
    seed=0,
    evaluation="target",
    role="target",
    evaluation_sha256="e",
    loss=3.5,
    loss_se=0.1,
    bits_per_byte=1.5,
    top1=0.3,
    windows=4,
    eval_tokens=400,
    eval_bytes=1300,
)


def test_a_spec_counts_tokens_and_epochs():
    assert SPEC.tokens == 64 * 4 * 128
    assert SPEC.candidate_tokens == 180 * 128
    assert SPEC.unique_tokens == 60 * 128
    assert SPEC.epochs == 3.0


def test_a_spec_without_padding_is_named_as_before_there_was_any():
    assert SPEC.key == "a-32768-s1-93f49ac58b76"
    assert not {"packing", "candidate_fill", "replay_fill"} & set(SPEC.to_dict())


def test_padding_is_no_token():
    padded = dataclasses.replace(SPEC, packing="pad", candidate_fill=0.5)
    assert (padded.tokens, padded.candidate_tokens) == (SPEC.tokens, SPEC.candidate_tokens // 2)
    assert padded.unique_tokens == SPEC.unique_tokens // 2


def test_a_spec_survives_its_dictionary_and_every_field_changes_its_key():
    assert RunSpec.from_dict(SPEC.to_dict()) == SPEC
    for field in dataclasses.fields(RunSpec):
        value = getattr(SPEC, field.name)
        other = dataclasses.replace(SPEC, **{field.name: _other(value)})
        assert other.key != SPEC.key, field.name


def _other(value):
    if isinstance(value, tuple):
        alone = {"candidate_sequences": 180, "unique_sequences": 60}
        return (dataclasses.replace(BOOKS, **alone),)
    return value + ("x" if isinstance(value, str) else 1)


def test_a_spec_of_one_source_is_named_as_before_there_were_blends():
    assert SPEC.key == "a-32768-s1-93f49ac58b76"
    assert "members" not in SPEC.to_dict()


def test_a_run_draws_from_its_source_from_the_members_of_its_blend_or_from_nothing():
    (alone,) = SPEC.drawn
    assert (alone.name, alone.candidate_sequences, alone.unique_sequences) == ("a", 180, 60)
    assert (alone.fill, alone.sha256) == (1.0, "c")
    assert BLEND.drawn == (BOOKS, WEB)
    control = dataclasses.replace(
        SPEC, source="control", candidate_sequences=0, unique_sequences=0, candidate_sha256=""
    )
    assert control.drawn == ()
    assert (control.candidate_tokens, control.unique_tokens, control.epochs) == (0, 0, 1.0)


def test_a_blend_counts_the_tokens_of_its_members():
    assert BLEND.candidate_tokens == (60 + 120 // 2) * 128
    assert BLEND.unique_tokens == (20 + 40 // 2) * 128
    assert BLEND.epochs == 3.0


def test_a_blend_survives_json_and_every_field_of_a_member_changes_its_key():
    again = RunSpec.from_dict(json.loads(json.dumps(BLEND.to_dict())))
    assert again == BLEND
    assert again.key == BLEND.key
    for changed in ({"name": "news"}, {"fill": 0.9}, {"sha256": "d"}):
        member = dataclasses.replace(BOOKS, **changed)
        assert dataclasses.replace(BLEND, members=(member, WEB)).key != BLEND.key, changed


@pytest.mark.parametrize("name", ["candidate_sequences", "unique_sequences"])
def test_a_blend_that_is_not_all_of_its_members_is_refused(name):
    values = {**BLEND.to_dict(), name: 50}
    message = (
        f'"books\\+web" has {name} = 50, and those of its members sum to {getattr(BLEND, name)}'
    )
    with pytest.raises(DataError, match=message):
        RunSpec.from_dict(values)


def test_a_member_with_an_unknown_field_is_refused():
    values = BLEND.to_dict()
    values["members"][0]["colour"] = "red"
    with pytest.raises(DataError, match=r"a BlendMember record has .* colour"):
        RunSpec.from_dict(values)


def test_measurements_survive_their_file(tmp_path):
    path = tmp_path / "m.parquet"
    write_measurements(path, [MEASUREMENT])
    assert read_measurements(path) == [MEASUREMENT]


def test_a_record_with_an_unknown_field_is_refused():
    with pytest.raises(DataError, match="colour"):
        RunSpec.from_dict({**SPEC.to_dict(), "colour": "red"})
