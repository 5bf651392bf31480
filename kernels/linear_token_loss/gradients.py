"""Gradients of the loss in plain torch, in float32: every tile of logits is computed once more.

With p = exp(z - lse), H the entropy, y the target and [.] one where true:
d lse / dz_j = p_j;  d nll / dz_j = p_j - [j = y];  d target_logit / dz_j = [j = y];
d entropy / dz_j = -p_j (z_j - lse + H).  Nothing is filtered: every gradient is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .arguments import Options, Problem
from .torch_blocks import Head, tiles

__all__ = ["Factors", "Forward", "Upstream", "backward", "factors"]


@dataclass(frozen=True)
class Forward:
    """Results of the forward pass that gradients need, [T] each; ``entropy`` may be [0]."""

    lse: Tensor
    lse_rest: Tensor
    entropy: Tensor


@dataclass(frozen=True)
class Upstream:
    """Gradients of the outputs, as autograd hands them in, [T] each; ``entropy`` may be None."""

    nll: Tensor
    lse: Tensor
    target_logit: Tensor
    entropy: Tensor | None


def backward(
    problem: Problem, forward: Forward, upstream: Upstream
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of hidden [T, D], weight [V, D] and bias [V] ([0] without a bias).

    Sums run in float32 and are rounded once, to the type of the tensor whose gradient they are.
    """
    hidden, weight, targets, bias, options = problem
    rows = tiles(hidden.float())
    factor = _Tiles(targets, factors(targets, forward, upstream, options), options)
    head = Head(problem)
    d_rows = torch.zeros_like(rows)
    d_weight = torch.zeros_like(weight)
    d_bias = weight.new_zeros(0) if bias is None else torch.zeros_like(bias)
    for place, block in head.blocks():
        d_block = torch.zeros_like(block)
        d_block_bias = block.new_zeros(len(block))
        for i, tile in enumerate(rows):
            dz = factor.logit_gradient(i, head.logits(tile, block, place), place)
            d_rows[i].addmm_(dz, block)
            d_block.addmm_(dz.T, tile)
            d_block_bias += dz.sum(0)
        d_weight[place] = d_block.to(weight.dtype)
        if bias is not None:
            d_bias[place] = d_block_bias.to(bias.dtype)
    d_hidden = d_rows.flatten(0, 1)[: len(hidden)].to(hidden.dtype, copy=True)
    return d_hidden, d_weight, d_bias


@dataclass(frozen=True)
class Factors:
    """Factors of the gradient of each row's logits z, [T] each.

    The gradient is ``exp(z - lse) (of_p - of_entropy (z - lse + entropy)) + at_target [j = y]``.
    The last two factors are None where the entropy has no gradient.
    """

    lse: Tensor
    of_p: Tensor
    at_target: Tensor
    of_entropy: Tensor | None
    entropy: Tensor | None


def factors(targets: Tensor, forward: Forward, upstream: Upstream, options: Options) -> Factors:
    """Return the factors of each row, with what rounding took from lse put back."""
    ignored = targets == options.ignore_index
    nll = upstream.nll.masked_fill(ignored, 0.0)
    correction = (-forward.lse_rest).exp()
    at_target = (upstream.target_logit - nll).masked_fill(ignored, 0.0)
    of_p = (nll + upstream.lse) * correction
    if upstream.entropy is None:
        return Factors(forward.lse, of_p, at_target, None, None)
    of_entropy = upstream.entropy * correction
    return Factors(forward.lse, of_p, at_target, of_entropy, forward.entropy - forward.lse_rest)


class _Tiles:
    """The factors, cut into the same tiles as the logits and padded with zeros."""

    def __init__(self, targets: Tensor, factors: Factors, options: Options) -> None:
        self.options = options
        self.targets = tiles(targets.long())
        self.lse = tiles(factors.lse)
        self.of_p = tiles(factors.of_p)
        self.at_target = tiles(factors.at_target)
        self.of_entropy = None if factors.of_entropy is None else tiles(factors.of_entropy)
        self.entropy = None if factors.entropy is None else tiles(factors.entropy)

    def logit_gradient(self, i: int, z: Tensor, place: slice) -> Tensor:
        """Return the gradient of the products of tile ``i`` and one block, shape of ``z``."""
        log_p = z - self.lse[i][:, None]
        factor = self.of_p[i][:, None]
        if self.of_entropy is not None and self.entropy is not None:
            factor = factor - self.of_entropy[i][:, None] * (log_p + self.entropy[i][:, None])
        dz = log_p.exp_().mul_(factor)
        index = (self.targets[i] - place.start).clamp(0, z.shape[1] - 1)[:, None]
        here = (self.targets[i] >= place.start) & (self.targets[i] < place.stop)
        dz.scatter_add_(1, index, torch.where(here, self.at_target[i], 0.0)[:, None])
        if self.options.softcap is not None:
            dz *= 1.0 - (z / self.options.softcap).square()
        return dz.mul_(self.options.logit_scale)
