"""Which tokens a run sees."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assay.anneal.loader import MixtureLoader, Sequences, block_count
from assay.errors import StudyError
from assay.records import RunSpec

S = 4
CANDIDATE = np.arange(0, 4001)
REPLAY = np.arange(10_000, 14_001)


def make_spec(**changes: Any) -> RunSpec:
    values = {
        "source": "text",
        "seed": 0,
        "steps": 10,
        "batch_sequences": 4,
        "sequence_tokens": S,
        "candidate_sequences": 30,
        "unique_sequences": 12,
        "replay_unique_sequences": 10,
        "learning_rate": 1.0,
        "warmup_steps": 0,
        "precision": "float32",
        "study_seed": 0,
        "base_sha256": "",
        "candidate_sha256": "",
        "replay_sha256": "",
        "tokenizer_sha256": "",
        **changes,
    }
    return RunSpec(**values)


def rows(spec: RunSpec) -> np.ndarray[Any, Any]:
    loader = MixtureLoader(spec, CANDIDATE, REPLAY)
    return np.concatenate([loader.batch(step) for step in range(spec.steps)])


@settings(max_examples=60, deadline=None)
@given(
    steps=st.integers(1, 30),
    batch=st.integers(1, 6),
    share=st.floats(0.0, 1.0),
    unique=st.integers(1, 40),
    seed=st.integers(0, 3),
)
def test_mixture_and_unique_counts_are_exact(
    steps: int, batch: int, share: float, unique: int, seed: int
) -> None:
    total = steps * batch
    candidate = round(share * total)
    spec = make_spec(
        steps=steps,
        batch_sequences=batch,
        candidate_sequences=candidate,
        unique_sequences=min(unique, candidate),
        replay_unique_sequences=min(unique, total - candidate),
        seed=seed,
    )
    drawn = rows(spec)
    is_candidate = drawn[:, 0] < 10_000
    prefix = np.arange(1, total + 1)
    assert np.all(np.abs(np.cumsum(is_candidate) - prefix * candidate / total) < 1 + 1e-9)
    assert is_candidate.sum() == candidate
    for part in (drawn[is_candidate], drawn[~is_candidate]):
        counts = Counter(map(tuple, part))
        assert len(counts) == min(unique, len(part))
        assert max(counts.values(), default=0) - min(counts.values(), default=0) <= 1


def test_a_sequence_is_a_block_and_its_next_token() -> None:
    for row in rows(make_spec()):
        assert row[0] % S == 0
        assert np.array_equal(row, np.arange(row[0], row[0] + S + 1))


@settings(deadline=None)
@given(small=st.integers(1, 20), large=st.integers(1, 60), seed=st.integers(0, 3))
def test_subsets_nest(small: int, large: int, seed: int) -> None:
    assume(small <= large)

    def subset(unique: int) -> list[int]:
        sequences = Sequences(
            name="text",
            tokens=CANDIDATE,
            sequence_tokens=S,
            unique=unique,
            study_seed=1,
            seed=seed,
        )
        return [sequences.block(position) for position in range(unique)]

    assert subset(large)[:small] == subset(small)


def test_every_epoch_has_all_sequences_in_another_order() -> None:
    sequences = Sequences(
        name="text", tokens=CANDIDATE, sequence_tokens=S, unique=50, study_seed=1, seed=0
    )
    epochs = [[sequences.block(50 * epoch + i) for i in range(50)] for epoch in range(3)]
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert len({frozenset(epoch) for epoch in epochs}) == 1


def test_batches_depend_on_spec_and_index_alone() -> None:
    forward = MixtureLoader(make_spec(), CANDIDATE, REPLAY)
    backward = MixtureLoader(make_spec(), CANDIDATE, REPLAY)
    late = {step: backward.batch(step) for step in reversed(range(10))}
    for step in range(10):
        assert np.array_equal(forward.batch(step), late[step])
    assert not np.array_equal(rows(make_spec()), rows(make_spec(seed=1)))


def test_blocks_need_a_last_target() -> None:
    assert [block_count(tokens, 4) for tokens in (0, 4, 5, 8, 9)] == [0, 0, 1, 1, 2]


def test_a_source_too_small_says_what_to_change() -> None:
    with pytest.raises(StudyError, match=r'"text" has 3 sequences .* needs 12 .*lower \[ladder\]'):
        MixtureLoader(make_spec(), CANDIDATE[:13], REPLAY)
