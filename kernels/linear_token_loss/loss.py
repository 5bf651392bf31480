"""``linear_token_loss``: the public function, and the torch operator behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..errors import ArgumentError
from . import gradients, torch_blocks
from .arguments import Options, Outputs, Problem, check_tensors
from .dispatch import Backend, choose
from .gradients import Forward, Upstream

__all__ = ["TokenLoss", "linear_token_loss"]


@dataclass(frozen=True)
class TokenLoss:
    """Statistics of each token's prediction; float32, shape [T], nats.

    A prediction is right where ``target_logit >= max_logit``, its confidence is
    ``exp(max_logit - lse)``, its Brier score ``1 - 2 exp(-nll) + sum_p2``.
    """

    nll: Tensor
    """-log p(target); 0 where the target is ignored."""
    lse: Tensor
    """Log of the sum of exp(logit) over the vocabulary."""
    target_logit: Tensor
    """Logit of the target; minus infinity where it is ignored."""
    max_logit: Tensor
    """Largest logit; not differentiable."""
    entropy: Tensor | None
    """Entropy of the prediction, if asked for."""
    sum_p2: Tensor | None
    """Sum of squared probabilities, if asked for; not differentiable."""


def linear_token_loss(
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    *,
    bias: Tensor | None = None,
    ignore_index: int = -100,
    softcap: float | None = None,
    logit_scale: float = 1.0,
    valid_vocab: int | None = None,
    return_entropy: bool = False,
    return_stats: bool = False,
    backend: Backend = "auto",
) -> TokenLoss:
    """Compute each token's loss from hidden states, without storing the logits.

    The logits are ``cap(logit_scale * (hidden @ weight.T + bias))`` with
    ``cap(a) = softcap * tanh(a / softcap)``. Products and sums run in float32 whatever the input
    type. A row's result does not depend on the other rows, to the last bit.

    Parameters
    ----------
    hidden
        Last hidden states, shape [T, D]; float32, bfloat16 or float16.
    weight
        Weight of the head, shape [V, D], of the type of ``hidden``.
    targets
        Token to predict from each row, shape [T], int64 or int32.
    bias
        Bias of the head, shape [V].
    ignore_index
        Target of rows without a prediction: their loss is 0.
    softcap
        Bound that tanh sets to the logits; None for no bound.
    logit_scale
        Factor on the logits, before the softcap.
    valid_vocab
        Rows of ``weight`` in use, counted from the first; the rest is padding. All by default.
    return_entropy, return_stats
        Whether to compute ``entropy``, and whether to compute ``sum_p2``.
    backend
        ``auto``, ``blocks`` (torch, by vocabulary blocks), ``triton``, or ``fast``: blocks with
        products in bfloat16, whose losses are off by some 1e-2 and have no gradients.

    Returns
    -------
    TokenLoss
        ``nll``, ``lse``, ``target_logit`` and ``entropy`` are differentiable.

    Raises
    ------
    ArgumentError
        If shapes, types, devices or options do not fit. With ``blocks`` also if a target is
        no token or the logits are not finite; with ``triton``, which never waits for the
        device, such a row's loss is NaN instead.
    """
    vocab = check_tensors(hidden, weight, targets, bias, valid_vocab)
    options = (vocab, ignore_index, softcap, logit_scale, return_entropy, return_stats)
    Options(*options)  # raises for values that cannot be
    if backend == "fast" and torch.is_grad_enabled() and _needs_grad(hidden, weight, bias):
        raise ArgumentError(
            f'backend is "fast" and hidden {list(hidden.shape)}, weight {list(weight.shape)} or '
            "bias requires a gradient: fast losses have none, use auto or torch.no_grad()"
        )
    nll, lse, target, largest, entropy, sum_p2, _ = _loss(
        hidden, weight, targets, bias, *options, backend
    )
    return TokenLoss(
        nll,
        lse,
        target,
        largest,
        entropy if return_entropy else None,
        sum_p2 if return_stats else None,
    )


def _needs_grad(*tensors: Tensor | None) -> bool:
    return any(tensor is not None and tensor.requires_grad for tensor in tensors)


@torch.library.custom_op("assay::linear_token_loss", mutates_args=())
def _loss(
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    bias: Tensor | None,
    vocab: int,
    ignore_index: int,
    softcap: float | None,
    logit_scale: float,
    entropy: bool,
    stats: bool,
    backend: str,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    options = Options(vocab, ignore_index, softcap, logit_scale, entropy, stats)
    problem = Problem(hidden, weight, targets, bias, options)
    chosen = choose(backend, hidden.device)  # type: ignore[arg-type]
    with torch.autocast(hidden.device.type, enabled=False):
        if chosen != "triton":
            return torch_blocks.forward(problem, fast=chosen == "fast")
        from . import hopper, triton_impl

        # Before the choice: bits must not depend on how tensors lie in memory.
        problem = problem.contiguous()
        if hopper.fits(problem.hidden, problem.weight):
            return hopper.forward(problem)
        return triton_impl.forward(problem)


@_loss.register_fake
def _(hidden: Tensor, *rest: Any) -> Outputs:
    *_, entropy, stats, _backend = rest

    def column(wanted: bool = True) -> Tensor:
        return hidden.new_empty(hidden.shape[0] if wanted else 0, dtype=torch.float32)

    wanted = {"entropy": entropy, "sum_p2": stats}
    return Outputs(*(column(wanted.get(name, True)) for name in Outputs._fields))


@torch.library.custom_op("assay::linear_token_loss_backward", mutates_args=())
def _loss_backward(
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    bias: Tensor | None,
    lse: Tensor,
    lse_rest: Tensor,
    entropy: Tensor,
    d_nll: Tensor,
    d_lse: Tensor,
    d_target: Tensor,
    d_entropy: Tensor | None,
    vocab: int,
    ignore_index: int,
    softcap: float | None,
    logit_scale: float,
    backend: str,
) -> tuple[Tensor, Tensor, Tensor]:
    options = Options(vocab, ignore_index, softcap, logit_scale, entropy=d_entropy is not None)
    problem = Problem(hidden, weight, targets, bias, options)
    upstream = Upstream(d_nll, d_lse, d_target, d_entropy)
    forward = Forward(lse, lse_rest, entropy)
    run = gradients.backward
    # float16 gradients of logits would vanish below 6e-8: the blocks keep them in float32.
    if choose(backend, hidden.device) == "triton" and hidden.dtype != torch.float16:  # type: ignore[arg-type]
        from . import backward_waves

        run = backward_waves.backward
    with torch.autocast(hidden.device.type, enabled=False):
        return run(problem, forward, upstream)


@_loss_backward.register_fake
def _(
    hidden: Tensor, weight: Tensor, targets: Tensor, bias: Tensor | None, *rest: Any
) -> tuple[Tensor, Tensor, Tensor]:
    d_bias = weight.new_empty(0) if bias is None else torch.empty_like(bias)
    return hidden.new_empty(hidden.shape), torch.empty_like(weight), d_bias


def _save(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    hidden, weight, targets, bias, *options = inputs
    of = Outputs(*output)
    ctx.mark_non_differentiable(of.max_logit, of.sum_p2, of.lse_rest)
    ctx.save_for_backward(hidden, weight, targets, bias, of.lse, of.lse_rest, of.entropy)
    *ctx.head, ctx.entropy, _stats, ctx.backend = options


def _differentiate(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
    hidden, weight, targets, bias, lse, lse_rest, entropy = ctx.saved_tensors
    d_nll, d_lse, d_target, _, d_entropy, _, _ = upstream
    d_hidden, d_weight, d_bias = _loss_backward(
        hidden,
        weight,
        targets,
        bias,
        lse,
        lse_rest,
        entropy,
        d_nll,
        d_lse,
        d_target,
        d_entropy if ctx.entropy else None,
        *ctx.head,
        ctx.backend,
    )
    return d_hidden, d_weight, None, None if bias is None else d_bias, *(None,) * 7


_loss.register_autograd(_differentiate, setup_context=_save)
