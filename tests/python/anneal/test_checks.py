"""What must fit together before anything is run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assay.anneal.checks import check_inputs
from assay.corpus import TokenStore
from assay.errors import DataError, StudyError


def test_what_fits_passes(tiny: Any) -> None:
    check_inputs([tiny.spec(), tiny.spec("control")], tiny.inputs)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"base_sha256": "0" * 64}, DataError, "the plan is for 000000000000"),
        ({"candidate_sha256": "1" * 64}, DataError, '"rule" .* the plan is for 111111111111'),
        ({"replay_sha256": "2" * 64}, DataError, '"replay" .* the plan is for 222222222222'),
        ({"tokenizer_sha256": "3" * 64}, DataError, "was made with the tokenizer"),
        ({"unique_sequences": 63}, StudyError, '"rule" has 62 sequences of 16 tokens'),
        ({"sequence_tokens": 32}, StudyError, "longer than the context of the base, 16"),
        ({"source": "other"}, StudyError, 'no token store is given for "other"'),
    ],
)
def test_what_does_not_fit_is_named(
    tiny: Any, changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    spec = type(tiny.spec())(**{**tiny.spec().to_dict(), **changes})
    with pytest.raises(error, match=message):
        check_inputs([spec], tiny.inputs)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"sha256": "1" * 64}, DataError, '"more" .* the plan is for 111111111111'),
        ({"unique_sequences": 63}, StudyError, '"more" has 62 sequences of 16 tokens'),
        ({"name": "other"}, StudyError, 'no token store is given for "other"'),
    ],
)
def test_the_member_of_a_blend_that_does_not_fit_is_named(
    tiny: Any, changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    check_inputs([tiny.blend()], tiny.inputs)
    with pytest.raises(error, match=message):
        check_inputs([tiny.blend(**changes)], tiny.inputs)


def test_the_member_of_a_blend_whose_store_is_gone_is_named(tiny: Any, tmp_path: Path) -> None:
    stores = {**tiny.stores, "more": tmp_path / "more"}
    with pytest.raises(DataError, match="more"):
        check_inputs([tiny.blend()], replace(tiny.inputs, stores=stores))


def test_a_vocabulary_larger_than_the_models_is_an_error(tiny: Any, tmp_path: Path) -> None:
    tokens = TokenStore.open(tiny.stores["rule"]).tokens
    large = tiny.write_store(tmp_path / "large", tokens, vocab_size=65)
    spec = tiny.spec(candidate_sha256=TokenStore.open(large).sha256)
    with pytest.raises(DataError, match="has a vocabulary of 65, the model only 64"):
        check_inputs([spec], replace(tiny.inputs, stores={**tiny.stores, "rule": large}))
