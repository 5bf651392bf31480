"""The cross entropy that works in place, against the plain one."""

from __future__ import annotations

import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from assay.anneal.loss import mean_cross_entropy


@settings(deadline=None)
@given(
    batch=st.integers(1, 4),
    sequence=st.integers(1, 7),
    vocabulary=st.integers(1, 70),
    scale=st.sampled_from([0.1, 1.0, 50.0]),
    factor=st.sampled_from([1.0, 0.5]),
    ignored=st.sampled_from([0.0, 0.3, 0.9]),
    seed=st.integers(0, 1000),
)
def test_loss_and_gradient_equal_the_plain_ones(
    batch: int,
    sequence: int,
    vocabulary: int,
    scale: float,
    factor: float,
    ignored: float,
    seed: int,
) -> None:
    random = torch.Generator().manual_seed(seed)
    weights = scale * torch.randn(batch, sequence, vocabulary, generator=random)
    targets = torch.randint(vocabulary, (batch, sequence), generator=random)
    targets[torch.rand(batch, sequence, generator=random) < ignored] = -100
    assume((targets != -100).any())
    ours = weights.clone().requires_grad_()
    truth = weights.double().requires_grad_()
    loss = mean_cross_entropy(ours * 1.0, targets)
    (loss * factor).backward()
    expected = cross_entropy(truth.flatten(0, 1), targets.flatten())
    (expected * factor).backward()
    assert ours.grad is not None
    assert truth.grad is not None
    # A float32 logit of size |z| carries an error of |z| 2^-24; softmax passes it on, times its
    # value, and the sum over the vocabulary adds a few more roundings.
    tolerance = 2**-24 * (weights.abs().max().item() + 8)
    assert abs(loss.item() - expected.item()) <= 2 * tolerance
    assert (ours.grad - truth.grad).abs().max() <= 4 * tolerance


def test_where_nothing_counts_nothing_is_learnt() -> None:
    logits = torch.ones(1, 2, 3, requires_grad=True)
    loss = mean_cross_entropy(logits * 1.0, torch.full((1, 2), -100))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None
    assert not logits.grad.any()
