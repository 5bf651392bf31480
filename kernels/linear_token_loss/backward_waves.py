"""Gradients of the loss on CUDA cards: Triton recomputes the logits, cuBLAS multiplies.

The gradients of all logits, [T, V], would not fit in memory, so they are made for one *wave* at a
time: ``WAVE`` tokens that follow each other, or what is left of them in the last wave. One kernel
recomputes the logits of a wave and leaves their gradients, in the type of the inputs. Two products
turn these into the gradient of the wave's hidden states and into its part of the gradient of the
weight, which is summed in float32 over the waves. There are no atomics, and nothing is filtered.
"""

# Triton's own types are those of its kernels' arguments.
# mypy: disable-error-code="no-untyped-def, untyped-decorator"

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from . import hopper
from .arguments import Problem
from .gradients import Forward, Upstream, factors
from .shared import (
    FLOAT32,
    HALF,
    device_of,
    logit_arguments,
    logits_of,
    product,
)
from .tiles import GRADIENTS

__all__ = ["WAVE", "backward"]

WAVE = 1024
"""Tokens in a wave. Their logit gradients take 2 V WAVE bytes in bfloat16."""


@triton.jit(do_not_specialize=["n_tokens", "n_vocab"])
def _logit_gradients(
    hidden,
    weight,
    bias,
    targets,
    lse,
    of_p,
    at_target,
    of_entropy,
    entropy,
    out,
    n_tokens,
    n_vocab,
    dim,
    out_stride,
    softcap,
    scale,
    HAS_BIAS: tl.constexpr,
    HAS_SOFTCAP: tl.constexpr,
    ENTROPY: tl.constexpr,
    EVEN: tl.constexpr,
    TMA: tl.constexpr,
    UPCAST: tl.constexpr,
    TOKENS: tl.constexpr,
    VOCAB: tl.constexpr,
    DEPTH: tl.constexpr,
):
    # All token tiles of a wave follow each other on one tile of the vocabulary: it stays in cache.
    token_tiles = tl.cdiv(n_tokens, TOKENS)
    rows = (tl.program_id(0) % token_tiles) * TOKENS + tl.arange(0, TOKENS)
    columns = (tl.program_id(0) // token_tiles) * VOCAB + tl.arange(0, VOCAB)
    inside = rows < n_tokens
    clamped = tl.minimum(columns, n_vocab - 1)
    if TMA:
        hidden_tiles = tl.make_tensor_descriptor(hidden, [n_tokens, dim], [dim, 1], [TOKENS, DEPTH])
        weight_tiles = tl.make_tensor_descriptor(weight, [n_vocab, dim], [dim, 1], [VOCAB, DEPTH])
        row = (tl.program_id(0) % token_tiles) * TOKENS
        column = (tl.program_id(0) // token_tiles) * VOCAB
        z = hopper.product(
            hidden_tiles, weight_tiles, row, column, dim, TOKENS, VOCAB, DEPTH, UPCAST
        )
    else:
        hidden_tile = hidden + tl.minimum(rows, n_tokens - 1).to(tl.int64)[:, None] * dim
        weight_tile = weight + clamped.to(tl.int64)[None, :] * dim
        z = product(hidden_tile, weight_tile, dim, TOKENS, VOCAB, DEPTH, EVEN, UPCAST)
    z = logits_of(z, bias, clamped, softcap, scale, HAS_BIAS, HAS_SOFTCAP)

    log_p = z - tl.load(lse + rows, mask=inside, other=0.0)[:, None]
    factor = tl.load(of_p + rows, mask=inside, other=0.0)[:, None]
    if ENTROPY:
        entropy_factor = tl.load(of_entropy + rows, mask=inside, other=0.0)[:, None]
        factor = factor - entropy_factor * (
            log_p + tl.load(entropy + rows, mask=inside, other=0.0)[:, None]
        )
    dz = tl.exp(log_p) * factor
    target = tl.load(targets + rows, mask=inside, other=-1)
    at_target_row = tl.load(at_target + rows, mask=inside, other=0.0)
    dz += tl.where(columns[None, :] == target[:, None], at_target_row[:, None], 0.0)
    if HAS_SOFTCAP:
        capped = z / softcap
        dz = dz * (1.0 - capped * capped)
    dz = dz * scale
    place = out + rows.to(tl.int64)[:, None] * out_stride + columns[None, :]
    tl.store(
        place, dz.to(out.dtype.element_ty), mask=inside[:, None] & (columns < n_vocab)[None, :]
    )


def backward(
    problem: Problem, forward: Forward, upstream: Upstream
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of hidden [T, D], weight [V, D] and bias [V] ([0] without a bias).

    Sums run in float32 and are rounded once, to the type of the tensor whose gradient they are.
    The gradients of the logits, which both products read, have the type of ``hidden``.
    """
    hidden, weight, targets, bias, options = problem = problem.contiguous()
    count, vocab = len(hidden), options.vocab
    of = factors(targets, forward, upstream, options)
    columns = {"targets": targets, **{name: c for name, c in vars(of).items() if c is not None}}
    d_hidden = torch.empty_like(hidden)
    d_weight = torch.zeros(weight.shape, dtype=torch.float32, device=weight.device)
    d_bias = torch.zeros(0 if bias is None else len(bias), device=weight.device)
    # Rows start at multiples of 16 bytes, which tensor cores ask for.
    wave = hidden.new_empty(min(WAVE, count), -(-vocab // 8) * 8)
    for start in range(0, count, WAVE):
        part = slice(start, start + WAVE)
        dz = wave[: len(hidden[part]), :vocab]
        rows = {name: column[part] for name, column in columns.items()}
        _fill(dz, problem.rows(part), rows)
        d_hidden[part] = _accumulated(None, dz, weight[:vocab])
        _accumulated(d_weight[:vocab], dz.T, hidden[part])
        if bias is not None:
            d_bias[:vocab] += dz.sum(0, dtype=torch.float32)
    return d_hidden, d_weight.to(weight.dtype), d_bias.to((weight if bias is None else bias).dtype)


def _accumulated(total: Tensor | None, left: Tensor, right: Tensor) -> Tensor:
    """Return ``total + left @ right`` in float32, written to ``total`` if there is one."""
    if total is None:
        total = torch.zeros(len(left), right.shape[1], device=left.device)
    if left.dtype == torch.float32 or not left.is_cuda:
        return total.addmm_(left.float(), right.float())
    return torch.addmm(total, left, right, out_dtype=torch.float32, out=total)


def _fill(dz: Tensor, problem: Problem, columns: dict[str, Tensor]) -> None:
    """Write the gradients of a wave's logits to ``dz``.

    ``columns`` are the targets and factors of its rows, [T] each, by the names of the kernel's
    parameters.
    """
    hidden, weight, entropy = problem.hidden, problem.weight, "entropy" in columns
    # The kernel does not read these without an entropy, but must be given some tensor.
    unread = {} if entropy else {"of_entropy": columns["of_p"], "entropy": columns["lse"]}
    tma = hopper.fits(hidden, weight)
    config = GRADIENTS if tma else FLOAT32 if hidden.dtype == torch.float32 else HALF
    tiles = triton.cdiv(len(hidden), config.tokens) * triton.cdiv(
        problem.options.vocab, config.vocab
    )

    def run() -> None:
        _logit_gradients[(tiles,)](
            **columns,
            **unread,
            out=dz,
            out_stride=dz.stride(0),
            ENTROPY=entropy,
            EVEN=hidden.shape[1] % config.depth == 0,
            TMA=tma,
            **logit_arguments(problem, config),
        )

    with device_of(hidden):
        hopper.with_scratch(run) if tma else run()
