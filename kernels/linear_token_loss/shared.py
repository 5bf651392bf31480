"""What the Triton kernels of this folder share: tile sizes, logits, the online sum, the launch.

The sum over the vocabulary is taken tile by tile (Milakov and Gimelshein, arXiv 1805.02867): the
largest logit so far, and sums of powers below it.
"""

# Triton's own types are those of its kernels' arguments.
# mypy: disable-error-code="no-untyped-def, untyped-decorator"

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from .arguments import Problem

__all__ = [
    "FLOAT32",
    "HALF",
    "Config",
    "added",
    "device_of",
    "logit_arguments",
    "logits_of",
    "no_sums",
    "product",
    "store_sums",
    "with_target",
]


@dataclass(frozen=True, kw_only=True)
class Config:
    """Tile sizes of a kernel, and how Triton is to launch it."""

    tokens: int
    vocab: int
    depth: int
    warps: int
    stages: int
    specialize: bool = False
    """Loads get warps of their own; sm_90 only."""


HALF = Config(tokens=128, vocab=128, depth=64, warps=8, stages=3)
"""For bfloat16 and float16: products on tensor cores."""
FLOAT32 = Config(tokens=64, vocab=64, depth=32, warps=4, stages=2)
"""For float32: exact products, without tensor cores."""


@triton.jit
def _cap(z, softcap):
    # softcap * tanh(z / softcap); near zero by its series, where (1 - e) / (1 + e) cancels.
    x = z / softcap
    a = tl.abs(x)
    e = tl.exp(a * -2.0)
    far = tl.where(x < 0, -1.0, 1.0) * (1.0 - e) / (1.0 + e)
    square = x * x
    near = x * (1.0 + square * (square * (2.0 / 15.0) - 1.0 / 3.0))
    return tl.where(a < 0.1, near, far) * softcap


@triton.jit
def product(
    hidden_tile,
    weight_tile,
    dim,
    TOKENS: tl.constexpr,
    VOCAB: tl.constexpr,
    DEPTH: tl.constexpr,
    EVEN: tl.constexpr,
    UPCAST: tl.constexpr,
):
    """Multiply rows [TOKENS, 1] by columns [1, VOCAB], given as pointers to their starts."""
    depth = tl.arange(0, DEPTH)
    z = tl.zeros((TOKENS, VOCAB), tl.float32)
    for k in range(0, dim, DEPTH):
        if EVEN:
            x = tl.load(hidden_tile + (k + depth)[None, :])
            w = tl.load(weight_tile + (k + depth)[:, None])
        else:
            real = k + depth < dim
            x = tl.load(hidden_tile + (k + depth)[None, :], mask=real[None, :], other=0.0)
            w = tl.load(weight_tile + (k + depth)[:, None], mask=real[:, None], other=0.0)
        if UPCAST:
            x = x.to(tl.float32)
            w = w.to(tl.float32)
        z = tl.dot(x, w, z, input_precision="ieee")
    return z


@triton.jit
def logits_of(z, bias, columns, softcap, scale, HAS_BIAS: tl.constexpr, HAS_SOFTCAP: tl.constexpr):
    """Turn products [TOKENS, VOCAB] into logits; ``columns`` are inside the vocabulary."""
    if HAS_BIAS:
        z += tl.load(bias + columns).to(tl.float32)[None, :]
    z = z * scale
    if HAS_SOFTCAP:
        z = _cap(z, softcap)
    return z


@triton.jit
def no_sums(ROWS: tl.constexpr):
    """Return the largest logit and the three sums of rows of which nothing is known, [ROWS]."""
    zeros = tl.zeros((ROWS,), tl.float32)
    # -1e30, not -inf: a first merge with -inf would compute 0 * inf.
    return tl.full((ROWS,), -1e30, tl.float32), zeros, zeros, zeros


@triton.jit
def added(p, u, shift, shrink, total, moment, squares, ENTROPY: tl.constexpr, STATS: tl.constexpr):
    """Add a tile to the sums of p, p u and p^2, where p is the power u of a base.

    The sums are of powers below an earlier maximum: ``shift`` is that maximum minus the new one,
    and ``shrink``, its power, what the old sums are multiplied by.
    """
    if ENTROPY:
        moment = shrink * (moment + shift * total) + tl.sum(p * u, 1)
    if STATS:
        squares = shrink * shrink * squares + tl.sum(p * p, 1)
    return shrink * total + tl.sum(p, 1), moment, squares


@triton.jit
def with_target(target_logit, z, columns, target):
    """Return the logits of the targets, those of a tile among them."""
    is_target = columns[None, :] == target[:, None]
    return tl.maximum(target_logit, tl.max(tl.where(is_target, z, float("-inf")), 1))


@triton.jit
def store_sums(
    out, plane, inside, top, total, moment, squares, ENTROPY: tl.constexpr, STATS: tl.constexpr
):
    """Leave the statistics of a range of the vocabulary, one plane of ``partials`` for each."""
    tl.store(out, top, mask=inside)
    tl.store(out + plane, total, mask=inside)
    if ENTROPY:
        tl.store(out + plane * 2, moment, mask=inside)
    if STATS:
        tl.store(out + plane * (3 if ENTROPY else 2), squares, mask=inside)


def logit_arguments(problem: Problem, config: Config) -> dict[str, Any]:
    """Return the arguments that all kernels which make logits share, by their names.

    The tensors of the problem must be contiguous.
    """
    hidden, weight, _, bias, options = problem
    return {
        "hidden": hidden,
        "weight": weight,
        "bias": weight if bias is None else bias,
        "n_tokens": len(hidden),
        "n_vocab": options.vocab,
        "dim": hidden.shape[1],
        "softcap": 1.0 if options.softcap is None else options.softcap,
        "scale": options.logit_scale,
        "HAS_BIAS": bias is not None,
        "HAS_SOFTCAP": options.softcap is not None,
        # Triton's interpreter multiplies the bit patterns of bfloat16.
        "UPCAST": os.environ.get("TRITON_INTERPRET") == "1" and hidden.dtype == torch.bfloat16,
        "TOKENS": config.tokens,
        "VOCAB": config.vocab,
        "DEPTH": config.depth,
        "num_warps": config.warps,
        "num_stages": config.stages,
        "enable_fp_fusion": True,
    }


def device_of(tensor: Tensor) -> contextlib.AbstractContextManager[Any]:
    """Return a context in which kernels are launched on the device of ``tensor``."""
    return torch.cuda.device(tensor.device) if tensor.is_cuda else contextlib.nullcontext()
