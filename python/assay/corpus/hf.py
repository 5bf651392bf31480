"""A mixture as a Hugging Face dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.corpus.packing import IGNORED
from assay.errors import MissingExtra

if TYPE_CHECKING:
    import datasets

    from assay.corpus.mixture import Mixture, TrainingSequence

__all__ = ["to_hf"]

_SHARDS = 16_384
"""Most parts that nodes and workers can share; a part begun is re-read from its start to resume."""


def to_hf(mixture: Mixture) -> datasets.IterableDataset:
    """Return the mixture as a dataset; see :meth:`Mixture.to_hf`.

    Its shards are blocks of consecutive sequences, so that those of all nodes together advance
    through the mixture.
    """
    try:
        import datasets
    except ModuleNotFoundError as error:
        raise MissingExtra.named("hf", "a mixture as a Hugging Face dataset") from error
    size = max(1, -(-len(mixture) // _SHARDS))
    blocks = [range(a, min(a + size, len(mixture))) for a in range(0, len(mixture), size)]
    return datasets.IterableDataset.from_generator(
        _rows, gen_kwargs={"mixture": mixture, "blocks": blocks}
    )


def _rows(mixture: Mixture, blocks: list[range]) -> Iterator[dict[str, Any]]:
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
