"""Other ways to the same losses per token, where they are installed, to be timed beside ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

__all__ = ["rivals"]

_CHUNK = 4096
Loss = Callable[[Tensor, Tensor, Tensor], Tensor]


def rivals(device: torch.device) -> Iterator[tuple[str, Loss]]:
    """Yield name and function of each way that can run here."""
    yield "torch, by chunks of tokens", _chunked
    if device.type == "cpu":
        yield "torch, all logits", _materialised
    if hasattr(torch.nn.functional, "linear_cross_entropy"):
        yield "F.linear_cross_entropy", _linear_cross_entropy
    if device.type == "cuda" and find_spec("liger_kernel"):
        yield "Liger", _liger
    if device.type == "cuda" and find_spec("cut_cross_entropy"):
        yield "cut-cross-entropy", _cut_cross_entropy


def _materialised(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    return torch.nn.functional.cross_entropy((hidden @ weight.T).float(), targets, reduction="none")


def _chunked(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    size = _CHUNK if hidden.is_cuda else 256
    parts = [slice(start, start + size) for start in range(0, len(hidden), size)]
    return torch.cat([_chunk(hidden[part], weight, targets[part]) for part in parts])


def _chunk(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    if hidden.is_cuda and hidden.dtype != torch.float32 and not torch.is_grad_enabled():
        logits = torch.mm(hidden, weight.T, out_dtype=torch.float32)
        return torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    return _materialised(hidden, weight, targets)


def _linear_cross_entropy(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    loss: Any = torch.nn.functional.linear_cross_entropy  # type: ignore[attr-defined, unused-ignore]
    result: Tensor = loss(hidden, weight, targets, reduction="none")
    return result


def _liger(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    from liger_kernel.transformers import (  # type: ignore[import-not-found, unused-ignore]
        LigerFusedLinearCrossEntropyLoss,
    )

    result: Tensor = LigerFusedLinearCrossEntropyLoss(reduction="none")(weight, hidden, targets)
    return result


def _cut_cross_entropy(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    from cut_cross_entropy import (  # type: ignore[import-not-found, unused-ignore]
        linear_cross_entropy,
    )

    result: Tensor = linear_cross_entropy(hidden, weight, targets, reduction="none")
    return result
