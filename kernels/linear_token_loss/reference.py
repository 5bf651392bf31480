"""The definition of the loss, in float64, with every logit in memory: the slow twin."""

from __future__ import annotations

import torch
from torch import Tensor

from .arguments import Outputs, Problem

__all__ = ["forward", "logits"]


def logits(problem: Problem) -> Tensor:
    """Return the logits [T, vocab] in float64, differentiable."""
    hidden, weight, _, bias, options = problem
    z = hidden.double() @ weight[: options.vocab].double().T
    if bias is not None:
        z = z + bias[: options.vocab].double()
    z = z * options.logit_scale
    return z if options.softcap is None else options.softcap * torch.tanh(z / options.softcap)


def forward(problem: Problem) -> Outputs:
    """Return per-token statistics in float64, differentiable by autograd."""
    targets, options = problem.targets, problem.options
    z = logits(problem)
    log_p = z.log_softmax(1)
    p = log_p.exp()
    ignored = targets == options.ignore_index
    index = targets.long().masked_fill(ignored, 0)[:, None]
    nll = -log_p.gather(1, index)[:, 0].masked_fill(ignored, 0.0)
    target = z.gather(1, index)[:, 0].masked_fill(ignored, -torch.inf)
    entropy = -(p * log_p).sum(1) if options.entropy else z.new_empty(0)
    sum_p2 = p.square().sum(1) if options.stats else z.new_empty(0)
    rest = torch.zeros_like(nll)
    return Outputs(nll, z.logsumexp(1), target, z.amax(1), entropy, sum_p2, rest)
