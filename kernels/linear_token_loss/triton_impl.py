"""The loss in Triton for any card: ranges of the vocabulary side by side, merged in order.

Each program of ``_partials`` takes one tile of tokens and one range of the vocabulary. Its logits
stay in registers; it writes the statistics of the range. ``_merge`` then adds up the ranges in a
fixed order. There are no atomics and no locks, and the number of ranges follows from the vocabulary
alone: results repeat to the last bit, and a row's result does not depend on the other rows.
"""

# Triton's own types are those of its kernels' arguments.
# mypy: disable-error-code="no-untyped-def, untyped-decorator"

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from .arguments import Outputs, Problem
from .shared import (
    FLOAT32,
    HALF,
    Config,
    added,
    device_of,
    logit_arguments,
    logits_of,
    no_sums,
    product,
    store_sums,
    with_target,
)

__all__ = ["empty_outputs", "forward", "launch", "splits"]


_SPLITS = 12  # 12 ranges by 11 token tiles fill 132 processors and share weights through the cache
_MERGE_ROWS = 128


def splits(vocab: int, config: Config) -> tuple[int, int]:
    """Return the number of ranges and the tiles in each; every range has at least one tile."""
    tiles = triton.cdiv(vocab, config.vocab)
    per_range = triton.cdiv(tiles, _SPLITS)
    return triton.cdiv(tiles, per_range), per_range


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
    ENTROPY: tl.constexpr,
    STATS: tl.constexpr,
    EVEN: tl.constexpr,
    UPCAST: tl.constexpr,
    TOKENS: tl.constexpr,
    VOCAB: tl.constexpr,
    DEPTH: tl.constexpr,
):
    # Rows and columns outside are clamped to the last one: loads need no mask, and what they
    # give is masked (columns) or not stored (rows).
    token_tile = tl.program_id(0) // n_ranges
    part = tl.program_id(0) % n_ranges
    rows = token_tile * TOKENS + tl.arange(0, TOKENS)
    inside = rows < n_tokens
    hidden_tile = hidden + tl.minimum(rows, n_tokens - 1).to(tl.int64)[:, None] * dim
    target = tl.load(targets + rows, mask=inside, other=-1)

    top, total, moment, squares = no_sums(TOKENS)
    target_logit = tl.full((TOKENS,), float("-inf"), tl.float32)

    first = part * tiles_per_range
    last = tl.minimum(first + tiles_per_range, tl.cdiv(n_vocab, VOCAB))
    for vocab_tile in range(first, last):
        columns = vocab_tile * VOCAB + tl.arange(0, VOCAB)
        clamped = tl.minimum(columns, n_vocab - 1)
        weight_tile = weight + clamped.to(tl.int64)[None, :] * dim
        z = product(hidden_tile, weight_tile, dim, TOKENS, VOCAB, DEPTH, EVEN, UPCAST)
        z = logits_of(z, bias, clamped, softcap, scale, HAS_BIAS, HAS_SOFTCAP)
        z = tl.where((columns < n_vocab)[None, :], z, -1e30)

        target_logit = with_target(target_logit, z, columns, target)
        new_top = tl.maximum(top, tl.max(z, 1))
        shift = top - new_top
        shrink = tl.exp(shift)
        u = z - new_top[:, None]
        total, moment, squares = added(
            tl.exp(u), u, shift, shrink, total, moment, squares, ENTROPY, STATS
        )
        top = new_top

    out = partials + part.to(tl.int64) * n_tokens + rows
    plane = n_ranges.to(tl.int64) * n_tokens
    store_sums(out, plane, inside, top, total, moment, squares, ENTROPY, STATS)
    # A target is in one range: no other program stores to its row.
    here = (target >= first * VOCAB) & (target < tl.minimum(last * VOCAB, n_vocab))
    tl.store(target_out + rows, target_logit, mask=inside & here)


@triton.jit(do_not_specialize=["n_tokens", "n_vocab", "n_ranges"])
def _merge(
    partials,
    targets,
    nll_out,
    lse_out,
    target_out,
    max_out,
    entropy_out,
    squares_out,
    rest_out,
    n_tokens,
    n_vocab,
    n_ranges,
    ignore_index,
    ENTROPY: tl.constexpr,
    STATS: tl.constexpr,
    ROWS: tl.constexpr,
):
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    inside = rows < n_tokens
    plane = n_ranges.to(tl.int64) * n_tokens
    top, total, moment, squares = no_sums(ROWS)
    for part in range(0, n_ranges):
        source = partials + tl.cast(part, tl.int64) * n_tokens + rows
        part_top = tl.load(source, mask=inside, other=0.0)
        part_total = tl.load(source + plane, mask=inside, other=1.0)
        new_top = tl.maximum(top, part_top)
        shift = top - new_top
        part_shift = part_top - new_top
        shrink = tl.exp(shift)
        part_shrink = tl.exp(part_shift)
        if ENTROPY:
            part_moment = tl.load(source + plane * 2, mask=inside, other=0.0)
            moment = shrink * (moment + shift * total)
            moment += part_shrink * (part_moment + part_shift * part_total)
        if STATS:
            place = source + plane * (3 if ENTROPY else 2)
            part_squares = tl.load(place, mask=inside, other=0.0)
            squares = shrink * shrink * squares + part_shrink * part_shrink * part_squares
        total = shrink * total + part_shrink * part_total
        top = new_top

    log_total = tl.log(total)
    lse = top + log_total
    target = tl.load(targets + rows, mask=inside, other=0)
    target_logit = tl.load(target_out + rows, mask=inside, other=0.0)
    known = (target >= 0) & (target < n_vocab)
    nll = tl.where(known, lse - target_logit, float("nan"))
    nll = tl.where(target == ignore_index, 0.0, nll)
    tl.store(nll_out + rows, nll, mask=inside)
    tl.store(lse_out + rows, lse, mask=inside)
    tl.store(rest_out + rows, log_total - (lse - top), mask=inside)
    tl.store(max_out + rows, top, mask=inside)
    if ENTROPY:
        tl.store(entropy_out + rows, log_total - moment / total, mask=inside)
    if STATS:
        tl.store(squares_out + rows, squares / (total * total), mask=inside)


def forward(problem: Problem) -> Outputs:
    """Compute the statistics of :func:`reference.forward` in float32, on the tensors' device.

    A row whose target is no token, or whose logits are not finite, has a loss of NaN.
    """
    problem, hidden = problem.contiguous(), problem.hidden
    outputs = empty_outputs(problem)
    if len(hidden):
        config = FLOAT32 if hidden.dtype == torch.float32 else HALF
        even = hidden.shape[1] % config.depth == 0
        with device_of(hidden):
            launch(_partials, problem, outputs, config, EVEN=even)
    return outputs


def empty_outputs(problem: Problem) -> Outputs:
    """Return memory for the outputs, [T] each, or [0] for those that were not asked for.

    No program writes the logit of a target that is no token, so it starts as minus infinity.
    """
    hidden, options = problem.hidden, problem.options

    def column(wanted: bool = True) -> Tensor:
        rows = len(hidden) if wanted else 0
        return torch.empty(rows, dtype=torch.float32, device=hidden.device)

    target = torch.full_like(column(), -torch.inf)
    entropy, squares = column(options.entropy), column(options.stats)
    return Outputs(column(), column(), target, column(), entropy, squares, column())


def launch(kernel: Any, problem: Problem, outputs: Outputs, config: Config, **flags: bool) -> None:
    """Run a kernel that writes partial statistics, with its own ``flags``, and then merge them."""
    targets, options = problem.targets, problem.options
    count = len(targets)
    n_ranges, per_range = splits(options.vocab, config)
    wanted: dict[str, Any] = {"ENTROPY": options.entropy, "STATS": options.stats}
    shape = (2 + options.entropy + options.stats, n_ranges, count)
    partials = torch.empty(shape, dtype=torch.float32, device=targets.device)
    kernel[(triton.cdiv(count, config.tokens) * n_ranges,)](
        targets=targets,
        partials=partials,
        target_out=outputs.target_logit,
        tiles_per_range=per_range,
        n_ranges=n_ranges,
        **logit_arguments(problem, config),
        **wanted,
        **flags,
    )
    _merge[(triton.cdiv(count, _MERGE_ROWS),)](
        partials,
        targets,
        *outputs,
        count,
        options.vocab,
        n_ranges,
        options.ignore_index,
        ROWS=_MERGE_ROWS,
        num_warps=4,
        enable_fp_fusion=True,
        **wanted,
    )
