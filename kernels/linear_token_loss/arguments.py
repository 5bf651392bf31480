"""What may be asked of the loss, and the errors for everything else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import ArgumentError

__all__ = [
    "Options",
    "Outputs",
    "Problem",
    "check_finite",
    "check_targets",
    "check_tensors",
]

_FLOATS = (torch.float32, torch.bfloat16, torch.float16)


@dataclass(frozen=True)
class Options:
    """How hidden states become logits, and which statistics are wanted; in the operator's order.

    ``z = cap(logit_scale * (hidden @ weight.T + bias))`` over the first ``vocab`` rows of the
    weight, where ``cap(a) = softcap * tanh(a / softcap)``.
    """

    vocab: int
    ignore_index: int = -100
    softcap: float | None = None
    logit_scale: float = 1.0
    entropy: bool = False
    stats: bool = False

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.softcap is not None and not 0 < self.softcap < math.inf:
            raise ArgumentError(f"softcap is {self.softcap}: expected a positive number or None")
        if not -math.inf < self.logit_scale < math.inf:  # torch.compile cannot trace isfinite
            raise ArgumentError(f"logit_scale is {self.logit_scale}: expected a finite number")
        if 0 <= self.ignore_index < self.vocab:
            raise ArgumentError(
                f"ignore_index is {self.ignore_index}, a token of the vocabulary of {self.vocab}: "
                "expected a number that is no token"
            )


class Problem(NamedTuple):
    """The inputs of every implementation."""

    hidden: Tensor
    """[T, D]."""
    weight: Tensor
    """[V, D]."""
    targets: Tensor
    """[T]."""
    bias: Tensor | None
    """[V]."""
    options: Options

    def contiguous(self) -> Problem:
        """Return the problem with contiguous tensors: kernels find a row by its number alone."""
        hidden, weight, targets, bias, options = self
        bias = None if bias is None else bias.contiguous()
        return Problem(
            hidden.contiguous(), weight.contiguous(), targets.contiguous(), bias, options
        )

    def rows(self, chosen: slice | Tensor) -> Problem:
        """Return the problem with some of its tokens."""
        return self._replace(hidden=self.hidden[chosen], targets=self.targets[chosen])


class Outputs(NamedTuple):
    """The results of every implementation, [T] each, in the order of the operator."""

    nll: Tensor
    lse: Tensor
    target_logit: Tensor
    max_logit: Tensor
    entropy: Tensor
    """Shape [0] if it was not asked for."""
    sum_p2: Tensor
    """Shape [0] if it was not asked for."""
    lse_rest: Tensor
    """What rounding took from lse; gradients put it back: p = exp(z - lse) exp(-lse_rest)."""


def check_tensors(
    hidden: Tensor, weight: Tensor, targets: Tensor, bias: Tensor | None, valid_vocab: int | None
) -> int:
    """Check shapes, types and devices; return the number of vocabulary rows in use.

    Raises
    ------
    ArgumentError
        If the tensors do not fit each other; the message names the argument and both shapes.
    """
    if hidden.ndim != 2 or weight.ndim != 2 or hidden.shape[1] != weight.shape[1]:
        raise ArgumentError(
            f"hidden {_shape(hidden)} does not fit weight {_shape(weight)}: expected [T, D] and "
            "[V, D] with the same D"
        )
    if 0 in weight.shape:
        raise ArgumentError(f"weight {_shape(weight)} is empty, with hidden {_shape(hidden)}")
    if targets.shape != hidden.shape[:1]:
        raise ArgumentError(
            f"targets {_shape(targets)} does not fit hidden {_shape(hidden)}: expected "
            f"[{hidden.shape[0]}], one target per row"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ArgumentError(
            f"bias {_shape(bias)} does not fit weight {_shape(weight)}: expected "
            f"[{weight.shape[0]}]"
        )
    _check_types(hidden, weight, targets, bias)
    vocab = weight.shape[0] if valid_vocab is None else valid_vocab
    if not 1 <= vocab <= weight.shape[0]:
        raise ArgumentError(
            f"valid_vocab is {valid_vocab} with weight {_shape(weight)}: expected 1 to "
            f"{weight.shape[0]}"
        )
    return vocab


def check_targets(problem: Problem) -> None:
    """Raise unless every target is a token or ``ignore_index``. Reads the targets' values."""
    targets, options = problem.targets, problem.options
    known = (targets >= 0) & (targets < options.vocab) | (targets == options.ignore_index)
    if not bool(known.all()):
        row = int((~known).nonzero()[0, 0])
        raise ArgumentError(
            f"targets[{row}] is {int(targets[row])}: expected 0 to {options.vocab - 1}, or "
            f"ignore_index {options.ignore_index}, with targets {_shape(targets)} and weight "
            f"{_shape(problem.weight)}"
        )


def check_finite(lse: Tensor, problem: Problem) -> None:
    """Raise when the log-sum-exp of a row shows that its logits were not finite."""
    hidden, weight = problem.hidden, problem.weight
    finite = torch.isfinite(lse)
    if not bool(finite.all()):
        row = int((~finite).nonzero()[0, 0])
        name = "weight or bias" if bool(torch.isfinite(hidden[row]).all()) else "hidden"
        raise ArgumentError(
            f"{name} has values that are not finite: row {row} of hidden {_shape(hidden)} with "
            f"weight {_shape(weight)} gives the log-sum-exp {float(lse[row])}"
        )


def _check_types(hidden: Tensor, weight: Tensor, targets: Tensor, bias: Tensor | None) -> None:
    if hidden.dtype not in _FLOATS or weight.dtype != hidden.dtype:
        raise ArgumentError(
            f"hidden {_shape(hidden)} is {hidden.dtype} and weight {_shape(weight)} is "
            f"{weight.dtype}: expected both float32, both bfloat16 or both float16"
        )
    if bias is not None and bias.dtype not in _FLOATS:
        raise ArgumentError(f"bias {_shape(bias)} is {bias.dtype}: expected a float type")
    if targets.dtype not in (torch.int64, torch.int32):
        raise ArgumentError(f"targets {_shape(targets)} is {targets.dtype}: expected int64")
    for name, tensor in (("weight", weight), ("targets", targets), ("bias", bias)):
        if tensor is not None and tensor.device != hidden.device:
            raise ArgumentError(
                f"{name} {_shape(tensor)} is on {tensor.device} and hidden {_shape(hidden)} on "
                f"{hidden.device}: expected one device"
            )


def _shape(tensor: Tensor) -> str:
    return str(list(tensor.shape))
