"""The loss in plain torch, one block of the vocabulary after the other, in float32.

Log-sum-exp is accumulated online (Milakov and Gimelshein, arXiv 1805.02867). Rows are multiplied
in tiles of a fixed number of rows, the last one padded, because the bits of a CPU matrix product
depend on its number of rows: so a row's result does not depend on how many others there are.

The fast mode multiplies in bfloat16 and rounds each logit to it: an error of up to 2^-8 of its
size, for a product that takes less than half the time on CPUs with bfloat16 instructions.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from .arguments import (
    Options,
    Outputs,
    Problem,
    check_finite,
    check_targets,
)

__all__ = ["BLOCK", "TILE", "Head", "forward", "tiles"]

TILE = 256
"""Rows in one product; more of them spread the cost of arranging a block of weight."""
BLOCK = 1024
"""Vocabulary rows in one product: a tile of logits, 1 MB, stays in the cache of one core."""
_LOWEST = -1e30  # start of the running maximum; minus infinity would make 0 * inf in the merge


class Head:
    """The head of the model, one block of the vocabulary at a time, in buffers that all share."""

    def __init__(self, problem: Problem, dtype: torch.dtype = torch.float32) -> None:
        _, weight, _, self._bias, options = problem
        self._weight, self._options = weight, options
        rows = min(BLOCK, options.vocab)
        self._buffer = torch.empty(rows, weight.shape[1], dtype=dtype, device=weight.device)
        self._product = torch.empty(TILE * rows, dtype=dtype, device=weight.device)
        self._logits = self._product.float()  # the same memory if dtype is float32

    def blocks(self) -> Iterator[tuple[slice, Tensor]]:
        """Yield each block's place in the vocabulary and its weight [rows, D]."""
        for start in range(0, self._options.vocab, BLOCK):
            place = slice(start, min(start + BLOCK, self._options.vocab))
            weight = self._weight[place]
            if weight.dtype != self._buffer.dtype or not weight.is_contiguous():
                weight = self._buffer[: len(weight)].copy_(weight)
            yield place, weight

    def logits(self, hidden: Tensor, weight: Tensor, place: slice) -> Tensor:
        """Return the logits [TILE, rows] of one tile and block, valid until the next call."""
        rows = len(weight)
        z = self._logits[: TILE * rows].view(TILE, rows)
        product = torch.mm(hidden, weight.T, out=self._product[: TILE * rows].view(TILE, rows))
        if product.dtype != torch.float32:
            z.copy_(product)
        if self._bias is not None:
            z += self._bias[place].float()
        if self._options.logit_scale != 1.0:
            z *= self._options.logit_scale
        if self._options.softcap is not None:
            z.div_(self._options.softcap).tanh_().mul_(self._options.softcap)
        return z


def tiles(tensor: Tensor) -> Tensor:
    """Return ``tensor`` [T, ...] in tiles [ceil(T / TILE), TILE, ...], padded with zeros."""
    padding = -len(tensor) % TILE
    padded = torch.cat([tensor, tensor.new_zeros(padding, *tensor.shape[1:])])
    return padded.view(-1, TILE, *tensor.shape[1:])


def forward(problem: Problem, *, fast: bool = False) -> Outputs:
    """Compute the statistics of :func:`reference.forward` in float32; ``fast`` in bfloat16.

    Raises
    ------
    ArgumentError
        If a target is no token, or the logits of a row are not finite.
    """
    check_targets(problem)
    dtype = torch.bfloat16 if fast else torch.float32
    rows = tiles(problem.hidden.to(dtype))
    state = [_Running(tile, problem.options) for tile in tiles(problem.targets)]
    head = Head(problem, dtype)
    for place, block in head.blocks():
        for tile, running in zip(rows, state, strict=True):
            running.add(head.logits(tile, block, place), place)
    outputs = _joined([running.finish() for running in state], problem)
    check_finite(outputs.lse, problem)
    return outputs


class _Running:
    """Statistics of one tile's rows over the blocks of the vocabulary seen so far, [TILE] each."""

    def __init__(self, targets: Tensor, options: Options) -> None:
        like = torch.zeros(TILE, dtype=torch.float32, device=targets.device)
        self.targets = targets.long()
        self.options = options
        self.max = torch.full_like(like, _LOWEST)
        self.sum = like.clone()  # of exp(z - max)
        self.moment = like.clone()  # of exp(z - max) (z - max)
        self.squares = like.clone()  # of exp(z - max)^2
        self.target = torch.full_like(like, -torch.inf)

    def add(self, z: Tensor, place: slice) -> None:
        """Take in the logits [TILE, rows] of one block; overwrites ``z``."""
        index = (self.targets - place.start).clamp(0, z.shape[1] - 1)[:, None]
        here = (self.targets >= place.start) & (self.targets < place.stop)
        self.target = torch.where(here, z.gather(1, index)[:, 0], self.target)
        new_max = torch.maximum(self.max, z.amax(1))
        shift = self.max - new_max
        scale = shift.exp()
        z -= new_max[:, None]
        if self.options.entropy:
            p = z.exp()
            self.moment = scale * (self.moment + shift * self.sum) + z.mul_(p).sum(1)
        else:
            p = z.exp_()
        self.sum = scale * self.sum + p.sum(1)
        if self.options.stats:
            self.squares = scale.square() * self.squares + p.square_().sum(1)
        self.max = new_max

    def finish(self) -> Outputs:
        log_sum = self.sum.log()
        lse = self.max + log_sum
        ignored = self.targets == self.options.ignore_index
        nll = (lse - self.target).masked_fill(ignored, 0.0)
        entropy = log_sum - self.moment / self.sum
        rest = log_sum - (lse - self.max)
        squares = self.squares / self.sum.square()
        return Outputs(nll, lse, self.target, self.max, entropy, squares, rest)


def _joined(parts: list[Outputs], problem: Problem) -> Outputs:
    hidden, options = problem.hidden, problem.options

    def none() -> Tensor:
        return torch.empty(0, dtype=torch.float32, device=hidden.device)

    if not parts:
        return Outputs(*(none() for _ in Outputs._fields))
    columns = (torch.cat(column)[: len(hidden)].clone() for column in zip(*parts, strict=True))
    outputs = Outputs(*columns)
    return outputs._replace(
        entropy=outputs.entropy if options.entropy else none(),
        sum_p2=outputs.sum_p2 if options.stats else none(),
    )
