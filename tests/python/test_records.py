import dataclasses

import pytest

from assay.errors import DataError
from assay.records import Measurement, RunSpec, read_measurements, write_measurements

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
        more = "x" if isinstance(value, str) else 1
        other = dataclasses.replace(SPEC, **{field.name: value + more})
        assert other.key != SPEC.key, field.name


def test_measurements_survive_their_file(tmp_path):
    path = tmp_path / "m.parquet"
    write_measurements(path, [MEASUREMENT])
    assert read_measurements(path) == [MEASUREMENT]


def test_a_record_with_an_unknown_field_is_refused():
    with pytest.raises(DataError, match="colour"):
        RunSpec.from_dict({**SPEC.to_dict(), "colour": "red"})
