"""Which tokens a run sees."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assay import _core
from assay.anneal.dataset import read_batch
from assay.anneal.loader import run_mixture
from assay.corpus import Concatenated, TokenArray
from assay.errors import StudyError
from assay.records import BlendMember, RunSpec

S = 4
PACKINGS = {
    "text": Concatenated(TokenArray(np.arange(0, 4001), np.array([4001])), S),
    "books": Concatenated(TokenArray(np.arange(20_000, 24_001), np.array([4001])), S),
    "replay": Concatenated(TokenArray(np.arange(10_000, 14_001), np.array([4001])), S),
}


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
    """Tokens and targets of the whole run, side by side."""
    mixture = run_mixture(spec, PACKINGS)
    batches = [read_batch(mixture, spec.batch_sequences, step) for step in range(spec.steps)]
    rows = [np.hstack([batch["tokens"], batch["targets"]]) for batch in batches]
    return np.concatenate(rows)


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


def test_a_sequence_predicts_the_next_tokens_of_its_source() -> None:
    for row in rows(make_spec()):
        assert row[0] % S == 0
        assert row.tolist() == [*range(row[0], row[0] + S), *range(row[0] + 1, row[0] + S + 1)]


@settings(deadline=None)
@given(small=st.integers(1, 20), large=st.integers(1, 60), seed=st.integers(0, 3))
def test_subsets_nest_over_the_ladder(small: int, large: int, seed: int) -> None:
    assume(small <= large)

    def subset(steps: int) -> set[int]:
        spec = make_spec(
            steps=steps,
            candidate_sequences=3 * steps,
            unique_sequences=3 * steps,
            replay_unique_sequences=steps,
            seed=seed,
        )
        return {int(row[0]) for row in rows(spec)}

    assert subset(small) <= subset(large)


def blend(books: tuple[int, int], text: tuple[int, int], **changes: Any) -> RunSpec:
    """A run on a blend of so many sequences, and different ones, of ``books`` and ``text``."""
    members = tuple(
        BlendMember(
            name=name, candidate_sequences=drawn, unique_sequences=unique, fill=1, sha256=""
        )
        for name, (drawn, unique) in {"books": books, "text": text}.items()
    )
    return make_spec(
        source="books+text",
        candidate_sequences=books[0] + text[0],
        unique_sequences=books[1] + text[1],
        members=members,
        **changes,
    )


@settings(max_examples=60, deadline=None)
@given(
    steps=st.integers(1, 30),
    weights=st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)),
    unique=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    seed=st.integers(0, 3),
)
def test_the_shares_of_a_blend_are_exact_to_the_sequence_at_every_prefix(
    steps: int, weights: tuple[int, int, int], unique: tuple[int, int], seed: int
) -> None:
    total = steps * 4
    books, text, replay = _core.quotas(weights, total)
    spec = blend(
        (books, min(unique[0], books)),
        (text, min(unique[1], text)),
        steps=steps,
        replay_unique_sequences=replay,
        seed=seed,
    )
    drawn = rows(spec)
    prefix = np.arange(1, total + 1)
    parts = {"books": drawn[:, 0] >= 20_000, "text": drawn[:, 0] < 10_000}
    for each in spec.members:
        mine = parts[each.name]
        expected = prefix * each.candidate_sequences / total
        assert np.all(np.abs(np.cumsum(mine) - expected) < 1 + 1e-9)
        counts = Counter(map(tuple, drawn[mine]))
        assert sum(counts.values()) == each.candidate_sequences
        assert len(counts) == each.unique_sequences
        assert max(counts.values(), default=0) - min(counts.values(), default=0) <= 1


def test_the_text_of_a_member_nests_over_the_ladder_and_is_that_of_the_source_alone() -> None:
    def text(spec: RunSpec) -> set[int]:
        return {int(row[0]) for row in rows(spec) if row[0] < 10_000}

    small = text(blend((4, 4), (4, 4), steps=4, replay_unique_sequences=8))
    large = text(blend((12, 12), (20, 20), steps=10, replay_unique_sequences=8))
    alone = text(make_spec(unique_sequences=30))
    assert small < large < alone


def test_batches_depend_on_spec_and_index_alone() -> None:
    forward, backward = (run_mixture(make_spec(), PACKINGS) for _ in range(2))
    late = {step: read_batch(backward, 4, step)["tokens"] for step in reversed(range(10))}
    for step in range(10):
        assert read_batch(forward, 4, step)["tokens"].equal(late[step])
    assert not np.array_equal(rows(make_spec()), rows(make_spec(seed=1)))


def test_a_source_too_small_says_what_to_change() -> None:
    small = Concatenated(TokenArray(np.arange(13), np.array([13])), S)
    with pytest.raises(StudyError, match=r'"text" has 3 sequences .* needs 12 .*lower \[ladder\]'):
        run_mixture(make_spec(), {**PACKINGS, "text": small})
