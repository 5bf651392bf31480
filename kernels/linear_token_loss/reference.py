"""The definition of the loss, in float64, with every logit in memory: the slow twin."""

from __future__ import annotations

import torch
from torch import Tensor

from assay.kernels.linear_token_loss.arguments import Options

__all__ = ["Outputs", "forward", "logits"]

Outputs = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
"""nll, lse, target_logit, max_logit, entropy, sum_p2, lse_rest: each [T].

Entropy and sum_p2 are [0] if not asked for. lse_rest is what rounding took from lse; the gradients
need it: p = exp(z - lse) exp(-lse_rest).
"""


def logits(hidden: Tensor, weight: Tensor, bias: Tensor | None, options: Options) -> Tensor:
    """Return the logits [T, vocab] in float64, differentiable."""
    z = hidden.double() @ weight[: options.vocab].double().T
    if bias is not None:
        z = z + bias[: options.vocab].double()
    z = z * options.logit_scale
    return z if options.softcap is None else options.softcap * torch.tanh(z / options.softcap)


def forward(
    hidden: Tensor, weight: Tensor, targets: Tensor, bias: Tensor | None, options: Options
) -> Outputs:
    """Return per-token statistics in float64, differentiable by autograd."""
    z = logits(hidden, weight, bias, options)
    log_p = z.log_softmax(1)
    p = log_p.exp()
    ignored = targets == options.ignore_index
    index = targets.long().masked_fill(ignored, 0)[:, None]
    nll = -log_p.gather(1, index)[:, 0].masked_fill(ignored, 0.0)
    target = z.gather(1, index)[:, 0].masked_fill(ignored, -torch.inf)
    entropy = -(p * log_p).sum(1) if options.entropy else z.new_empty(0)
    sum_p2 = p.square().sum(1) if options.stats else z.new_empty(0)
    return nll, z.logsumexp(1), target, z.amax(1), entropy, sum_p2, torch.zeros_like(nll)
