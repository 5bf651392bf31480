"""Packed sequences: documents in one sequence see nothing of each other."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from assay.anneal.dataset import collate, read_batch
from assay.anneal.loop import Job, make_optimizer, train
from assay.base.load import load_to_train
from assay.corpus import IGNORED, Mixture, MixtureSource, Packed, TokenArray, slow
from assay.corpus.packing import PIECE

S = 16
LENGTHS = [5, 11, 16, 3, 2, 9, 1, 6, 40]


@pytest.fixture
def mixture() -> Mixture:
    """Documents of random ids, packed by best fit."""
    ends = np.cumsum(LENGTHS)
    ids = np.random.default_rng(0).integers(1, 64, ends[-1])
    ids[ends - 1] = 0
    sequences = slow.best_fit(LENGTHS, S)
    pieces = np.array([piece for sequence in sequences for piece in sequence], PIECE)
    counts = np.cumsum([len(sequence) for sequence in sequences]).astype("<u8")
    packing = Packed(TokenArray(ids, ends), S, pieces, counts)
    source = MixtureSource(name="a", packing=packing, unique=len(packing))
    return Mixture([source], seed=0, phases=[(len(packing), [1])])


def test_logits_of_a_packed_document_are_those_of_the_document_alone(
    tiny: Any, mixture: Mixture
) -> None:
    model = load_to_train(tiny.base)

    @torch.no_grad()
    def logits(**inputs: torch.Tensor) -> torch.Tensor:
        # With a cache, transformers does not look for bounds in the positions.
        found: torch.Tensor = model(**inputs, use_cache=False).logits
        return found

    several = 0
    for sequence in mixture:
        batch = collate([sequence])
        tokens, bounds = batch["tokens"], batch["cu_seqlens"].tolist()
        packed = logits(input_ids=tokens, position_ids=batch["position_ids"])
        for start, stop in pairwise(bounds):
            alone = logits(input_ids=tokens[:, start:stop])
            # The largest logits are near 10: sums of 32 float32 terms in another order.
            torch.testing.assert_close(packed[:, start:stop], alone, rtol=0, atol=1e-4)
        if len(bounds) > 2:
            several += 1
            apart = (packed - logits(input_ids=tokens))[:, bounds[1] :].abs().max()
            assert apart > 1e-2, "as one stream they would see each other"
    assert several >= 3


def test_training_counts_predicted_positions_within_documents_alone(
    tiny: Any, mixture: Mixture, tmp_path: Path
) -> None:
    model = load_to_train(tiny.base)
    batch = read_batch(mixture, len(mixture), 0)
    losses: list[torch.Tensor] = []
    for tokens, targets, positions in zip(
        batch["tokens"], batch["targets"], batch["position_ids"], strict=True
    ):
        starts = [*torch.nonzero(positions == 0).flatten().tolist(), S]
        for start, stop in pairwise(starts):
            with torch.no_grad():
                logits = model(input_ids=tokens[None, start:stop]).logits[0]
            losses.append(cross_entropy(logits, targets[start:stop], reduction="none"))
    each = torch.cat(losses)
    counted = each[batch["targets"].flatten() != IGNORED]
    assert len(counted) == sum(LENGTHS) - len(LENGTHS)
    job = Job(
        steps=1,
        batch=lambda step: batch,
        rate=lambda step: 0.0,
        precision="float32",
        seed=0,
        separate=mixture.separate,
    )
    outcome = train(
        model,
        make_optimizer(model),
        job,
        tmp_path,
        stop=threading.Event(),
        on_step=lambda step: None,
    )
    assert outcome.loss == pytest.approx(counted.mean().item(), abs=1e-4)
