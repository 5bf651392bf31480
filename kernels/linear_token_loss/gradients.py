"""Gradients of the loss: logits recomputed by vocabulary blocks and tiles of tokens, in float32.

With p = exp(z - lse), H the entropy, y the target and [.] one where true:
d lse / dz_j = p_j;  d nll / dz_j = p_j - [j = y];  d target_logit / dz_j = [j = y];
d entropy / dz_j = -p_j (z_j - lse + H).  Nothing is filtered: every gradient is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from assay.kernels.linear_token_loss.arguments import Options
from assay.kernels.linear_token_loss.blocks import Head, tiles

__all__ = ["Upstream", "backward", "factors"]


@dataclass(frozen=True)
class Upstream:
    """Gradients that arrive for the outputs, each [T]; ``entropy`` is None if not asked."""

    nll: Tensor
    lse: Tensor
    target_logit: Tensor
    entropy: Tensor | None


def backward(
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    bias: Tensor | None,
    lse: Tensor,
    entropy: Tensor,
    upstream: Upstream,
    options: Options,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of hidden [T, D], weight [V, D] and bias [V] ([0] without a bias).

    Sums run in float32 and are rounded once, to the type of what they belong to.
    """
    rows = tiles(hidden.float())
    factor = _Tiles(targets, lse, entropy, upstream, options)
    head = Head(weight, bias, options)
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


def factors(targets: Tensor, upstream: Upstream, options: Options) -> tuple[Tensor, Tensor]:
    """Return the factors, each [T], of p and of [j = y] in the gradient of a row's logits."""
    ignored = targets == options.ignore_index
    nll = upstream.nll.masked_fill(ignored, 0.0)
    at_target = (upstream.target_logit - nll).masked_fill(ignored, 0.0)
    return nll + upstream.lse, at_target


class _Tiles:
    """Per-token factors of the gradient, cut in the tiles of the logits; padded with zeros."""

    def __init__(
        self, targets: Tensor, lse: Tensor, entropy: Tensor, upstream: Upstream, options: Options
    ) -> None:
        of_p, at_target = factors(targets, upstream, options)
        self.options = options
        self.targets = tiles(targets.long())
        self.lse = tiles(lse)
        self.of_p = tiles(of_p)
        self.at_target = tiles(at_target)
        self.of_entropy = None if upstream.entropy is None else tiles(upstream.entropy)
        self.entropy = None if upstream.entropy is None else tiles(entropy)

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
