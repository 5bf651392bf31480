"""Compare the operator with float64 on this device: a row for each case, in allowed errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from check.cases import CASES, Case, largest_error, worst_error
from check.kernels import Problem, linear_token_loss, module, reference

__all__ = ["rows"]

Row = dict[str, Any]


def rows(device: torch.device) -> Iterator[Row]:
    """Yield a row for each case and property; ``passed`` tells whether it holds."""
    for case in CASES:
        error = worst_error(_operator, case, device)
        yield _row(case.name, error)
    size = (4096, 50257, 1024) if device.type == "cuda" else (300, 5000, 64)
    yield _row("rows of a large problem against float64", _sampled_error(device, *size))
    yield _row("rows stand alone and repeat, bit by bit", _changed_rows(device, *size))
    yield _row("gradients over several waves", _gradient_error(device))
    if device.type == "cuda" and torch.cuda.get_device_capability(device)[0] == 9:
        yield from _configurations(device)


def _row(name: str, error: float) -> Row:
    return {"case": name, "error_over_allowed": error, "passed": error <= 1.0}


def _operator(problem: Problem) -> Sequence[Tensor]:
    hidden, weight, targets, bias, options = problem
    loss = linear_token_loss(
        hidden,
        weight,
        targets,
        bias=bias,
        ignore_index=options.ignore_index,
        softcap=options.softcap,
        logit_scale=options.logit_scale,
        valid_vocab=options.vocab,
        return_entropy=True,
        return_stats=True,
    )
    return tuple(vars(loss).values())


def _problem(device: torch.device, tokens: int, vocab: int, depth: int) -> Problem:
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    case = Case(name="", tokens=tokens, vocab=vocab, depth=depth, dtype=dtype)
    return case.build(device)


def _sampled_error(device: torch.device, tokens: int, vocab: int, depth: int) -> float:
    problem = _problem(device, tokens, vocab, depth)
    chosen = torch.randperm(tokens, generator=torch.Generator().manual_seed(1))[:64].to(device)
    exact, found = reference.forward(problem.rows(chosen)), _operator(problem)
    return largest_error([column[chosen] for column in found], exact)


def _changed_rows(device: torch.device, tokens: int, vocab: int, depth: int) -> float:
    """Return 0 if no output changes when its row comes in another batch, else infinity."""
    problem = _problem(device, tokens, vocab, depth)
    whole = _operator(problem)
    changed = 0
    order = torch.randperm(tokens, generator=torch.Generator().manual_seed(2))
    for part in (order, order[:1], order[: tokens // 3], torch.arange(tokens)):
        rows = part.to(device)
        alone = _operator(problem.rows(rows))
        pairs = zip(alone, whole, strict=True)
        changed += sum(int((a.nan_to_num() != b[rows].nan_to_num()).sum()) for a, b in pairs)
    return math.inf if changed else 0.0


def _gradient_error(device: torch.device) -> float:
    """Return the rms error of the gradients against float64, over 1.05 times torch's own."""
    size = (2500, 3000, 256) if device.type == "cuda" else (300, 500, 64)
    hidden, weight, targets, _, _ = _problem(device, *size)
    used = targets != -100

    def ours(hidden: Tensor, weight: Tensor) -> Tensor:
        return linear_token_loss(hidden, weight, targets).nll

    def plain(hidden: Tensor, weight: Tensor) -> Tensor:
        z = hidden @ weight.T
        z = z if z.dtype == torch.float64 else z.float()
        return torch.nn.functional.cross_entropy(z, targets, reduction="none")

    def gradients(loss: Callable[[Tensor, Tensor], Tensor], dtype: torch.dtype) -> list[Tensor]:
        leaves = [t.detach().to(dtype).requires_grad_() for t in (hidden, weight)]
        factors = torch.arange(len(targets), device=device) % 7 - 3.0
        return list(torch.autograd.grad((loss(*leaves) * factors)[used].sum(), leaves))

    exact = gradients(plain, torch.float64)
    worst = 0.0
    pairs = zip(gradients(ours, hidden.dtype), gradients(plain, hidden.dtype), exact, strict=True)
    for found, theirs, truth in pairs:
        allowed = 1.05 * (theirs.double() - truth).square().mean().sqrt()
        error = (found.double() - truth).square().mean().sqrt() / allowed
        worst = max(worst, float(error.nan_to_num(math.inf)))
    return worst


def _configurations(device: torch.device) -> Iterator[Row]:
    hopper, configs = module("linear_token_loss.hopper"), module("linear_token_loss.tiles").CONFIGS
    cases = (
        Case(name="", tokens=300, vocab=2000, depth=136, dtype=torch.bfloat16),
        Case(name="", tokens=300, vocab=2048, depth=512, dtype=torch.float16, softcap=9.0),
    )
    for name, config in configs.items():
        run = partial(hopper.forward, config=config)
        yield _row(name, max(worst_error(run, case, device) for case in cases))
