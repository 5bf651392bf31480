"""The loss on sm_90: tiles by the tensor memory accelerator, products by warp groups.

As in ``triton_impl``, each program writes the statistics of one tile of tokens over a range of the
vocabulary, and the same merge adds them up in order. The loop over the vocabulary has no branch,
because with one Triton would not give loads to warps of their own. It counts in powers of two, so
that a logit costs one multiply-add and one exp2.
"""

# Triton's own types are those of its kernels' arguments.
# mypy: disable-error-code="no-untyped-def, untyped-decorator"

from __future__ import annotations

import contextvars
from collections.abc import Callable

import torch
import triton
import triton.language as tl
from torch import Tensor

from .arguments import Outputs, Problem
from .shared import (
    Config,
    added,
    device_of,
    logits_of,
    no_sums,
    store_sums,
    with_target,
)
from .tiles import default_config
from .triton_impl import empty_outputs, launch

__all__ = ["fits", "forward", "product", "with_scratch"]

_LOG2E: tl.constexpr = tl.constexpr(1.4426950408889634)
_LN2: tl.constexpr = tl.constexpr(0.6931471805599453)


@triton.jit
def product(
    hidden_tiles,
    weight_tiles,
    row,
    column,
    dim,
    TOKENS: tl.constexpr,
    VOCAB: tl.constexpr,
    DEPTH: tl.constexpr,
    UPCAST: tl.constexpr,
):
    """Multiply the tile of hidden at ``row`` by that of weight at ``column``; zeros outside."""
    z = tl.zeros((TOKENS, VOCAB), tl.float32)
    for k in range(0, dim, DEPTH):
        x = hidden_tiles.load([row, k])
        w = weight_tiles.load([column, k])
        if UPCAST:
            x = x.to(tl.float32)
            w = w.to(tl.float32)
        z = tl.dot(x, w.T, z, input_precision="ieee")
    return z


@triton.jit(do_not_specialize=["n_tokens", "n_vocab", "tiles_per_range", "n_ranges"])
def _partials(
    hidden,
    weight,
    bias,
    targets,
    partials,
    target_out,
    n_tokens,
    n_vocab,
    dim,
    tiles_per_range,
    n_ranges,
    softcap,
    scale,
    HAS_BIAS: tl.constexpr,
    HAS_SOFTCAP: tl.constexpr,
    HAS_SCALE: tl.constexpr,
    ENTROPY: tl.constexpr,
    STATS: tl.constexpr,
    RAGGED: tl.constexpr,
    SPECIALIZE: tl.constexpr,
    UPCAST: tl.constexpr,
    TOKENS: tl.constexpr,
    VOCAB: tl.constexpr,
    DEPTH: tl.constexpr,
):
    # Programs that run together share 11 tiles of tokens and 12 ranges: both stay in the cache.
    row = (tl.program_id(0) // n_ranges) * TOKENS
    part = tl.program_id(0) % n_ranges
    rows = row + tl.arange(0, TOKENS)
    inside = rows < n_tokens
    target = tl.load(targets + rows, mask=inside, other=-1)
    hidden_tiles = tl.make_tensor_descriptor(hidden, [n_tokens, dim], [dim, 1], [TOKENS, DEPTH])
    weight_tiles = tl.make_tensor_descriptor(weight, [n_vocab, dim], [dim, 1], [VOCAB, DEPTH])

    top, total, moment, squares = no_sums(TOKENS)
    target_logit = tl.full((TOKENS,), float("-inf"), tl.float32)

    first = part * tiles_per_range
    last = tl.minimum(first + tiles_per_range, tl.cdiv(n_vocab, VOCAB))
    for tile in tl.range(first, last, warp_specialize=SPECIALIZE):
        column = tile * VOCAB
        z = product(hidden_tiles, weight_tiles, row, column, dim, TOKENS, VOCAB, DEPTH, UPCAST)
        columns = column + tl.arange(0, VOCAB)
        if HAS_BIAS or HAS_SOFTCAP:
            clamped = tl.minimum(columns, n_vocab - 1)
            z = logits_of(z, bias, clamped, softcap, scale, HAS_BIAS, HAS_SOFTCAP)
        elif HAS_SCALE:
            z = z * scale
        if RAGGED:
            z = tl.where((columns < n_vocab)[None, :], z, -1e30)

        target_logit = with_target(target_logit, z, columns, target)
        # In powers of two: u = z log2(e) - top2.
        new_top = tl.maximum(top, tl.max(z, 1))
        top2 = new_top * _LOG2E
        shift = top * _LOG2E - top2
        shrink = tl.exp2(shift)
        u = z * _LOG2E - top2[:, None]
        total, moment, squares = added(
            tl.exp2(u), u, shift, shrink, total, moment, squares, ENTROPY, STATS
        )
        top = new_top

    out = partials + part.to(tl.int64) * n_tokens + rows
    plane = n_ranges.to(tl.int64) * n_tokens
    store_sums(out, plane, inside, top, total, moment * _LN2, squares, ENTROPY, STATS)
    here = (target >= first * VOCAB) & (target < tl.minimum(last * VOCAB, n_vocab))
    tl.store(target_out + rows, target_logit, mask=inside & here)


def fits(hidden: Tensor, weight: Tensor) -> bool:
    """Tell whether this is a card of sm_90 whose memory accelerator can load these tensors."""
    return (
        hidden.is_cuda
        and torch.version.cuda is not None  # AMD's cards are "cuda" too, and some of "9"
        and torch.cuda.get_device_capability(hidden.device)[0] == 9
        and hasattr(tl, "make_tensor_descriptor")
        and hidden.dtype != torch.float32
        and hidden.shape[1] % 8 == 0
        and all(t.is_contiguous() and t.data_ptr() % 16 == 0 for t in (hidden, weight))
    )


def forward(problem: Problem, config: Config | None = None) -> Outputs:
    """Compute the statistics of :func:`reference.forward` in float32 for tensors that fit.

    A row whose target is no token, or whose logits are not finite, has a loss of NaN.
    """
    problem, options = problem.contiguous(), problem.options
    outputs = empty_outputs(problem)
    narrow = problem.bias is not None or options.softcap is not None or options.entropy
    config = config or default_config(problem.hidden.shape[1], narrow=narrow)

    def run() -> None:
        launch(
            _partials,
            problem,
            outputs,
            config,
            HAS_SCALE=options.logit_scale != 1.0,
            RAGGED=options.vocab % config.vocab != 0,
            SPECIALIZE=config.specialize,
        )

    if len(problem.hidden):
        with device_of(problem.hidden):
            with_scratch(run)
    return outputs


def with_scratch(run: Callable[[], None]) -> None:
    """Run with an allocator for the descriptors that programs write.

    Triton keeps its allocator in a context variable, so that one set in a copy of the context is
    gone afterwards.
    """

    def allocate(size: int, alignment: int, stream: int | None) -> Tensor:
        return torch.empty(size, dtype=torch.int8, device="cuda")

    def inside() -> None:
        triton.set_allocator(allocate)
        run()

    contextvars.copy_context().run(inside)
