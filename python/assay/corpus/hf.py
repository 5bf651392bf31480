"""A mixture as a Hugging Face dataset."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from assay.corpus.sequence import IGNORED, TrainingSequence
from assay.errors import MissingExtra

if TYPE_CHECKING:
    import datasets

__all__ = ["to_hf"]

_SHARDS = 9_216
"""Most parts that nodes and workers can share; a part begun is re-read from its start to resume.

1,024 x 9: where the number of nodes divides it, each node reads its own parts and no others.
"""


class SequenceReader(Protocol):
    """What a dataset is made of: training sequences with random access, such as a mixture."""

    def __len__(self) -> int:
        """Return the number of sequences."""

    def read(self, first: int, count: int) -> Iterator[TrainingSequence]:
        """Yield ``count`` sequences from ``first`` on."""


def to_hf(mixture: SequenceReader) -> datasets.IterableDataset:
    """Return the mixture as a dataset; see :meth:`assay.corpus.Mixture.to_hf`.

    Its shards are blocks of consecutive sequences, so that those of all nodes together advance
    through the mixture.

    Raises
    ------
    MissingExtra
        If ``datasets`` is not installed.
    """
    try:
        import datasets
    except ModuleNotFoundError as error:
        raise MissingExtra.named("hf", "a mixture as a Hugging Face dataset") from error
    shards = max(1, min(_SHARDS, len(mixture)))
    bounds = [k * len(mixture) // shards for k in range(shards + 1)]
    blocks = [range(first, stop) for first, stop in itertools.pairwise(bounds)]
    return datasets.IterableDataset.from_generator(
        _rows, gen_kwargs={"mixture": mixture, "blocks": blocks}
    )


def _rows(mixture: SequenceReader, blocks: list[range]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        for sequence in mixture.read(block.start, len(block)):
            yield _row(sequence)


def _row(sequence: TrainingSequence) -> dict[str, Any]:
    # A Hugging Face model takes what stands one place further as the target.
    labels = np.concatenate([[IGNORED], sequence.targets[:-1]])
    return {
        "input_ids": sequence.tokens,
        "labels": labels,
        "position_ids": sequence.position_ids,
    }
