"""Which tokens a run trains on: exact mixture at every prefix, nested subsets, counted epochs.

Everything is a function of the run's spec and the index of the sequence, so the whole state of a
loader is one number, and a run can be continued, or checked, from any place.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import _core
from assay.errors import StudyError
from assay.records import RunSpec

__all__ = ["MixtureLoader", "Sequences", "block_count", "check_size"]


def block_count(tokens: int, sequence_tokens: int) -> int:
    """Return how many sequences a store of ``tokens`` tokens holds.

    Sequence ``i`` reads the tokens from ``i * S`` to ``(i + 1) * S`` inclusive: the last one is
    only predicted, so one token more than the sequences is needed.
    """
    return max(0, (tokens - 1) // sequence_tokens)


def check_size(name: str, tokens: int, sequence_tokens: int, unique: int) -> None:
    """Check that a store of ``tokens`` tokens has ``unique`` different sequences.

    Raises
    ------
    StudyError
        If it has fewer.
    """
    have = block_count(tokens, sequence_tokens)
    if unique > have:
        raise StudyError(
            f'source "{name}" has {have} sequences of {sequence_tokens} tokens, a budget needs '
            f"{unique} different ones: lower [ladder] to, or give it more text"
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Sequences:
    """The endless row of sequences that a run draws from one source.

    The ``unique`` different sequences are a prefix of one seeded permutation of all sequences of
    the source, so the subset of a smaller budget is contained in that of a larger one. The first
    pass takes them in that order; each later pass shuffles them anew.
    """

    name: str
    tokens: NDArray[Any]
    """All token ids of the source, shape ``[tokens]``."""
    sequence_tokens: int
    unique: int
    study_seed: int
    seed: int

    def __post_init__(self) -> None:
        """Check that the source is large enough; see :func:`check_size`."""
        check_size(self.name, len(self.tokens), self.sequence_tokens, self.unique)

    def block(self, position: int) -> int:
        """Return which sequence of the store is drawn at ``position``."""
        epoch, place = divmod(position, self.unique)
        return int(self._epoch(epoch)[place])

    def sequence(self, position: int) -> NDArray[np.int64]:
        """Return the token ids drawn at ``position``, shape ``[sequence_tokens + 1]``."""
        start = self.block(position) * self.sequence_tokens
        return self.tokens[start : start + self.sequence_tokens + 1].astype(np.int64)

    @functools.cached_property
    def _subset(self) -> NDArray[np.uint64]:
        blocks = block_count(len(self.tokens), self.sequence_tokens)
        order = _permutation(self.study_seed, f"subset/{self.name}", self.seed, blocks)
        return order[: self.unique].copy()

    @functools.lru_cache(maxsize=2)  # noqa: B019 (lives as long as its run)
    def _epoch(self, epoch: int) -> NDArray[np.uint64]:
        if epoch == 0:
            return self._subset
        stage = f"epoch/{self.name}/{self.seed}"
        return self._subset[_permutation(self.study_seed, stage, epoch, self.unique)]


class MixtureLoader:
    """Batches of one anneal: candidate and replay sequences in their exact, even mixture."""

    def __init__(
        self, spec: RunSpec, candidate: NDArray[Any] | None, replay: NDArray[Any] | None
    ) -> None:
        """Lay out a run.

        Parameters
        ----------
        spec
            The run.
        candidate, replay
            Token ids, shape ``[tokens]``; None where the spec draws nothing from it.

        Raises
        ------
        StudyError
            If a source has fewer sequences than the spec asks for.
        """
        self.spec = spec
        counts = (spec.candidate_sequences, spec.sequences - spec.candidate_sequences)
        order = _core.mixture_order([count / spec.sequences for count in counts], spec.sequences)
        self.part: NDArray[np.uint32] = np.frombuffer(order, dtype="<u4")
        """Of each sequence of the run: 0 for candidate, 1 for replay."""
        self.position = np.zeros(spec.sequences, dtype=np.int64)
        """Of each sequence of the run: its place in the row of its part."""
        for part, count in enumerate(counts):
            self.position[self.part == part] = np.arange(count)
        self.parts = (
            self._row(spec.source, candidate, spec.unique_sequences),
            self._row("replay", replay, spec.replay_unique_sequences),
        )

    def _row(self, name: str, tokens: NDArray[Any] | None, unique: int) -> Sequences | None:
        if tokens is None:
            return None
        return Sequences(
            name=name,
            tokens=tokens,
            sequence_tokens=self.spec.sequence_tokens,
            unique=unique,
            study_seed=self.spec.study_seed,
            seed=self.spec.seed,
        )

    def batch(self, step: int) -> NDArray[np.int64]:
        """Return the ids of update ``step``, shape ``[batch, sequence + 1]``."""
        first = step * self.spec.batch_sequences
        indices = range(first, first + self.spec.batch_sequences)
        return np.stack([self._sequence(index) for index in indices])

    def _sequence(self, index: int) -> NDArray[np.int64]:
        row = self.parts[self.part[index]]
        if row is None:
            raise StudyError(f"run {self.spec.key} draws from a part that has no tokens")
        return row.sequence(int(self.position[index]))


def _permutation(seed: int, stage: str, index: int, n: int) -> NDArray[np.uint64]:
    return np.frombuffer(_core.permutation(seed, stage, index, n), dtype="<u8")
