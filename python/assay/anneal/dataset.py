"""Mixtures as torch datasets: by index, and as a stream that ranks and workers share exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict

import torch
from torch import Tensor
from torch.utils.data import Dataset, IterableDataset, get_worker_info

from assay.corpus import Mixture, TrainingSequence
from assay.errors import StudyError

__all__ = ["Batch", "MixtureDataset", "MixtureStream", "collate", "read_batch"]


class Batch(TypedDict):
    """Sequences to train on."""

    tokens: Tensor
    """Ids, shape ``[batch, S]``."""
    targets: Tensor
    """The token to predict at each position, -100 where there is none, shape ``[batch, S]``."""
    position_ids: Tensor
    """Place of each token in its document's piece, shape ``[batch, S]``."""
    cu_seqlens: Tensor
    """Bounds of the pieces of the whole batch in one row, int32, shape ``[pieces + 1]``."""
    next_index: int
    """Index in the mixture of the sequence after the last; of all ranks together in a stream."""


def collate(sequences: Sequence[TrainingSequence]) -> Batch:
    """Make a batch of sequences: the ``collate_fn`` for a :class:`MixtureDataset`."""
    position_ids = torch.stack([torch.from_numpy(s.position_ids) for s in sequences])
    starts = torch.nonzero(position_ids.flatten() == 0).flatten()
    end = starts.new_tensor([position_ids.numel()])
    return Batch(
        tokens=torch.stack([torch.from_numpy(s.tokens) for s in sequences]),
        targets=torch.stack([torch.from_numpy(s.targets) for s in sequences]),
        position_ids=position_ids,
        cu_seqlens=torch.cat([starts, end]).int(),
        next_index=sequences[-1].index + 1,
    )


def read_batch(mixture: Mixture, batch_sequences: int, step: int) -> Batch:
    """Return the batch of step ``step``, each step having the next ``batch_sequences``."""
    return collate(list(mixture.read(step * batch_sequences, batch_sequences)))


class MixtureDataset(Dataset[TrainingSequence]):
    """The sequences of a mixture by index; give a ``DataLoader`` :func:`collate` with it."""

    def __init__(self, mixture: Mixture) -> None:
        self.mixture = mixture

    def __len__(self) -> int:
        """Return the number of sequences."""
        return len(self.mixture)

    def __getitem__(self, index: int) -> TrainingSequence:
        """Return a sequence; see :meth:`assay.corpus.Mixture.__getitem__`."""
        return self.mixture[index]


class MixtureStream(IterableDataset[Batch]):
    """Batches of a mixture, in order, of which each rank makes its part.

    Step ``k`` trains on the sequences from ``k * batch_sequences`` on, counted from where the
    stream starts, whatever the number of ranks and workers: rank ``r`` of ``n`` has the ``r``-th of
    ``n`` equal parts of every batch. Hand it to a ``DataLoader`` with ``batch_size=None`` and any
    ``num_workers``. Sequences at the end that fill no batch are left out.

    The state is the seed and the index of the next sequence, and may be loaded with another number
    of ranks and workers. Workers read ahead in copies of the stream, so where there are some, the
    state to keep is that after the last batch trained on: :meth:`state_after`.

    Parameters
    ----------
    mixture
        What to read.
    batch_sequences
        Sequences in the batches of all ranks together, a multiple of ``world``.
    rank, world
        Number of this process, and of all; by default those of ``torch.distributed`` where it is
        initialised, else this is the only one.

    Raises
    ------
    StudyError
        If the rank does not exist, or the batch cannot be divided evenly.
    """

    def __init__(
        self,
        mixture: Mixture,
        batch_sequences: int,
        *,
        rank: int | None = None,
        world: int | None = None,
    ) -> None:
        self.mixture = mixture
        self.batch_sequences = batch_sequences
        self.rank, self.world = _place(rank, world)
        if batch_sequences < 1 or batch_sequences % self.world:
            raise StudyError(
                f"batch_sequences is {batch_sequences}: expected a positive multiple of the "
                f"{self.world} ranks"
            )
        self._index = 0

    def __len__(self) -> int:
        """Return the number of batches from the state on."""
        return (len(self.mixture) - self._index) // self.batch_sequences

    def __iter__(self) -> Iterator[Batch]:
        """Yield this rank's part of each batch, or what this worker has of them."""
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        size = self.batch_sequences
        part = size // self.world
        start, steps = self._index, len(self)
        for step in range(worker, steps, workers):
            first = start + step * size
            sequences = list(self.mixture.read(first + self.rank * part, part))
            # As if this worker were the first: a copy that loads it starts at its own next step.
            self._index = min(first + (workers - worker) * size, len(self.mixture))
            yield {**collate(sequences), "next_index": first + size}

    def state_dict(self) -> dict[str, int]:
        """Return seed and next index of this copy of the stream."""
        return {"seed": self.mixture.seed, "index": self._index}

    def state_after(self, batch: Batch) -> dict[str, int]:
        """Return the state from which the batch after ``batch`` comes next."""
        return {"seed": self.mixture.seed, "index": batch["next_index"]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a state.

        Raises
        ------
        StudyError
            If the state is of another seed, or beyond the end.
        """
        if state["seed"] != self.mixture.seed:
            raise StudyError(
                f"the state is of seed {state['seed']}, the mixture has {self.mixture.seed}: "
                "continue with the mixture that was begun with"
            )
        if not 0 <= state["index"] <= len(self.mixture):
            raise StudyError(
                f"the state is at sequence {state['index']}, the mixture has {len(self.mixture)}"
            )
        self._index = state["index"]


def _place(rank: int | None, world: int | None) -> tuple[int, int]:
    """Return rank and number of ranks, from the process group where they are not given."""
    ready = torch.distributed.is_available() and torch.distributed.is_initialized()
    if rank is None:
        rank = torch.distributed.get_rank() if ready else 0
    if world is None:
        world = torch.distributed.get_world_size() if ready else 1
    if not 0 <= rank < world:
        raise StudyError(f"rank {rank} does not exist among {world} ranks, 0 to {world - 1}")
    return rank, world
