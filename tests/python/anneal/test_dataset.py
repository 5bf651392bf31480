"""Mixtures in torch: whatever the ranks and workers, together they read every batch in order."""

from __future__ import annotations

import functools
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from assay.anneal import dataset
from assay.anneal.dataset import Batch, MixtureDataset, MixtureStream, collate, read_batch
from assay.corpus import (
    Concatenated,
    Mixture,
    MixtureSource,
    Packed,
    TokenArray,
    TrainingSequence,
    slow,
)
from assay.corpus.packing import PIECE
from assay.errors import StudyError

# More workers than cores are what some tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create")

S = 4
LENGTHS = [3, 5, 1, 9, 2, 2, 4, 7, 30]


def mixture(
    length: int = 23, packing: str = "concatenate", kind: type[Mixture] = Mixture
) -> Mixture:
    """A mixture of two sources, the first of them packed as asked."""
    ends = np.cumsum(LENGTHS)
    store = TokenArray(np.arange(100, 100 + ends[-1]), ends, separator_id=7)
    sequences = slow.best_fit(LENGTHS, S)
    pieces = np.array([piece for sequence in sequences for piece in sequence], PIECE)
    counts = np.cumsum([len(sequence) for sequence in sequences]).astype("<u8")
    packed = Packed(store, S, pieces, counts)
    first = packed if packing == "best-fit" else Concatenated(store, S)
    sources = [
        MixtureSource(name="a", packing=first, unique=9),
        MixtureSource(name="b", packing=Concatenated(store, S), unique=5),
    ]
    return kind(sources, seed=3, phases=[(length, [2, 1])])


def rows(batch: Batch) -> list[list[int]]:
    return batch["tokens"].tolist()


def expected(of: Mixture, first: int, count: int) -> list[list[int]]:
    return [sequence.tokens.tolist() for sequence in of.read(first, count)]


class Worker:
    """What torch tells a worker of itself."""

    def __init__(self, id: int, num_workers: int) -> None:
        self.id, self.num_workers = id, num_workers


def as_worker(stream: MixtureStream, worker: Worker) -> list[Batch]:
    """What the stream yields in one worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataset, "get_worker_info", lambda: worker)
        return list(stream)


PLACES = st.tuples(st.integers(1, 6), st.integers(1, 9), st.integers(1, 6))


class Kept(Mixture):
    """A mixture that makes each sequence once, since thousands of cases read the same ones."""

    @functools.cached_property
    def kept(self) -> list[TrainingSequence]:
        return [Mixture.__getitem__(self, index) for index in range(len(self))]

    def __getitem__(self, index: int) -> TrainingSequence:
        return self.kept[index]


LONG = mixture(60, kind=Kept)
TOKENS = expected(LONG, 0, 60)


def read(place: tuple[int, int, int], state: dict[str, int]) -> list[list[list[int]]]:
    """All batches, each as the ranks and workers make it together, from ``state`` on."""
    world, part, workers = place
    made: dict[int, list[list[int]]] = {}
    for rank in range(world):
        stream = MixtureStream(LONG, world * part, rank=rank, world=world)
        stream.load_state_dict(state)
        for id in range(workers):
            # A loader takes from its workers in turn.
            steps = range(id, len(stream), workers)
            batches = as_worker(stream, Worker(id, workers))
            stream.load_state_dict(state)
            for step, batch in zip(steps, batches, strict=True):
                assert batch["next_index"] == state["index"] + (step + 1) * world * part
                made.setdefault(step, []).extend(rows(batch))
    return [made[step] for step in range(len(made))]


@settings(max_examples=10_000, deadline=None)
@given(PLACES, st.integers(30, 60))
def test_ranks_and_workers_together_read_every_batch_in_order(
    place: tuple[int, int, int], start: int
) -> None:
    batches = read(place, {"seed": 3, "index": start})
    size = place[0] * place[1]
    assert all(len(batch) == size for batch in batches)
    assert len(batches) == (60 - start) // size
    assert [row for batch in batches for row in batch] == TOKENS[start:][: len(batches) * size]


@pytest.mark.parametrize("workers", [0, 1, 2, 3])
@pytest.mark.parametrize("world", [1, 2])
def test_a_loader_with_workers_reads_the_same_batches(workers: int, world: int) -> None:
    of = mixture()
    loaders = [
        DataLoader(
            MixtureStream(of, 4, rank=rank, world=world), batch_size=None, num_workers=workers
        )
        for rank in range(world)
    ]
    steps = zip(*loaders, strict=True)
    found = [[row for batch in step for row in rows(batch)] for step in steps]
    assert found == [expected(of, 4 * step, 4) for step in range(5)]


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("after", [0, 3])
def test_a_state_is_resumed_with_other_workers_and_ranks(before: int, after: int) -> None:
    of = mixture()
    stream = MixtureStream(of, 4)
    batches = islice(DataLoader(stream, batch_size=None, num_workers=before), 2)
    state = stream.state_after(list(batches)[-1])
    assert state == {"seed": 3, "index": 8}
    if before == 0:
        assert stream.state_dict() == state
    rest: list[list[int]] = []
    ranks = [MixtureStream(of, 4, rank=rank, world=2) for rank in range(2)]
    for rank in ranks:
        rank.load_state_dict(state)
    loaders = [DataLoader(rank, batch_size=None, num_workers=after) for rank in ranks]
    for parts in zip(*loaders, strict=True):
        rest += [row for batch in parts for row in rows(batch)]
    assert rest == expected(of, 8, 12)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("workers", [0, 2])
def test_a_stateful_loader_resumes_exactly(workers: int) -> None:
    stateful = pytest.importorskip("torchdata.stateful_dataloader").StatefulDataLoader

    def loader() -> Any:
        return stateful(MixtureStream(mixture(), 4), batch_size=None, num_workers=workers)

    first = loader()
    begun = [rows(batch) for batch in islice(first, 3)]
    state = first.state_dict()
    second = loader()
    second.load_state_dict(state)
    straight = [expected(mixture(), 4 * step, 4) for step in range(5)]
    assert begun + [rows(batch) for batch in second] == straight


def test_a_dataset_by_index_collates() -> None:
    of = mixture(packing="best-fit")
    loader = DataLoader(MixtureDataset(of), batch_size=3, num_workers=2, collate_fn=collate)
    for step, batch in enumerate(islice(loader, 7)):
        assert rows(batch) == expected(of, 3 * step, 3)
        assert batch["next_index"] == 3 * step + 3


def test_a_batch_holds_what_its_sequences_say() -> None:
    of = mixture(packing="best-fit")
    batch = read_batch(of, 4, 2)
    sequences = list(of.read(8, 4))
    for name in ("tokens", "targets", "position_ids"):
        assert batch[name].dtype == torch.int64  # type: ignore[literal-required]
        assert batch[name].tolist() == [getattr(s, name).tolist() for s in sequences]  # type: ignore[literal-required]
    bounds = {k * S + int(bound) for k, s in enumerate(sequences) for bound in s.cu_seqlens}
    assert batch["cu_seqlens"].dtype == torch.int32
    assert batch["cu_seqlens"].tolist() == sorted(bounds)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"rank": 2, "world": 2}, "rank 2 does not exist among 2 ranks, 0 to 1"),
        ({"rank": -1, "world": 2}, "rank -1 does not exist"),
        ({"rank": 1}, "rank 1 does not exist among 1 ranks"),
        ({"rank": 0, "world": 0}, "rank 0 does not exist among 0 ranks"),
        ({"rank": 0, "world": 3}, "batch_sequences is 4: expected a positive multiple of the 3"),
    ],
)
def test_a_place_that_cannot_be_is_an_error(arguments: dict[str, int], problem: str) -> None:
    with pytest.raises(StudyError, match=problem):
        MixtureStream(mixture(), 4, **arguments)


def test_the_place_is_that_of_the_process_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
    monkeypatch.setattr(torch.distributed, "get_world_size", lambda: 2)
    stream = MixtureStream(mixture(), 4)
    assert (stream.rank, stream.world) == (1, 2)


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        ({"seed": 4, "index": 0}, "the state is of seed 4, the mixture has 3"),
        ({"seed": 3, "index": 24}, "the state is at sequence 24, the mixture has 23"),
        ({"seed": 3, "index": -1}, "the state is at sequence -1"),
    ],
)
def test_a_state_of_something_else_is_an_error(state: dict[str, int], problem: str) -> None:
    with pytest.raises(StudyError, match=problem):
        MixtureStream(mixture(), 4).load_state_dict(state)
