"""Mean cross entropy of a language model, with the gradient made in the memory of the logits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from assay.corpus import IGNORED

__all__ = ["mean_cross_entropy"]


class _MeanCrossEntropy(torch.autograd.Function):
    """Loss and gradient in one visit: the logits become softmax minus one-hot, over tokens.

    The plain operations keep log-probabilities and build the gradient in fresh memory; with a
    small model and a large vocabulary those passes are a tenth of a training step.
    """

    @staticmethod
    def forward(ctx: Any, logits_NV: Tensor, targets_N: Tensor) -> Tensor:
        kept_N1 = (targets_N != IGNORED)[:, None]
        index_N1 = targets_N[:, None].where(kept_N1, 0)
        share_N1 = kept_N1 / kept_N1.sum().clamp(min=1)
        top_N1 = logits_NV.amax(1, keepdim=True)
        picked_N1 = logits_NV.gather(1, index_N1) - top_N1
        gradient_NV = logits_NV.sub_(top_N1).exp_()
        sums_N1 = gradient_NV.sum(1, keepdim=True)
        loss = ((sums_N1.log() - picked_N1) * share_N1).sum()
        gradient_NV.mul_(share_N1 / sums_N1)
        gradient_NV.scatter_add_(1, index_N1, -share_N1)
        ctx.save_for_backward(gradient_NV)
        return loss

    @staticmethod
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor, None]:
        (gradient_NV,) = ctx.saved_tensors
        return (gradient_NV if scale == 1 else gradient_NV * scale), None


def mean_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean negative log-likelihood in nats per token.

    Parameters
    ----------
    logits
        Float tensor, shape ``[batch, sequence, vocabulary]``. **Overwritten**: its memory holds
        the gradient afterwards.
    targets
        Ids to predict, -100 at positions that do not count, shape ``[batch, sequence]``.

    Returns
    -------
    Tensor
        A scalar, equal to ``torch.nn.functional.cross_entropy`` up to rounding; 0 where no
        position counts.
    """
    flat = logits.float().view(-1, logits.shape[-1])
    loss: Tensor = _MeanCrossEntropy.apply(flat, targets.reshape(-1))
    return loss
