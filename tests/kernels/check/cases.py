"""The cases: inputs that a kernel must get right, and how far it may be from float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from check.kernels import Options, Problem, reference

__all__ = ["CASES", "TOLERANCE", "Case", "largest_error", "worst_error"]

TOLERANCE = 1e-5
"""Allowed |output - float64|, times max(1, |lse|).

A float32 logit of size z carries the rounding of its own sum, a few times 6e-8 |z|; 1e-5 leaves
two decimal digits above it, and is four orders below what bfloat16 logits cost.
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Random inputs of one shape and kind, the same on every device."""

    name: str
    tokens: int
    vocab: int
    depth: int
    dtype: torch.dtype = torch.float32
    spread: float = 3.0
    """Standard deviation of the logits before ``bias``."""
    bias: tuple[float, float] | None = None
    """Bias of the first and the last vocabulary entry; straight in between."""
    softcap: float | None = None
    logit_scale: float = 1.0
    padding: int = 0
    """Rows of weight behind the vocabulary; they would be the most likely tokens."""
    ignored: float = 0.2
    """Share of tokens without a target."""

    def build(self, device: torch.device | str = "cpu") -> Problem:
        """Draw the inputs."""
        source = torch.Generator().manual_seed(0)
        hidden = torch.randn(self.tokens, self.depth, generator=source)
        weight = torch.randn(self.vocab + self.padding, self.depth, generator=source)
        weight *= self.spread / math.sqrt(self.depth)
        weight[self.vocab :] = 50.0 * hidden.mean(0)
        targets = torch.randint(0, self.vocab, (self.tokens,), generator=source)
        targets[-1] = self.vocab - 1  # the last, partial tile
        targets[torch.rand(self.tokens, generator=source) < self.ignored] = -100
        bias = None
        if self.bias is not None:
            bias = torch.linspace(*self.bias, self.vocab + self.padding).to(self.dtype).to(device)
        options = Options(
            vocab=self.vocab,
            softcap=self.softcap,
            logit_scale=self.logit_scale,
            entropy=True,
            stats=True,
        )
        hidden, weight = (one.to(self.dtype).to(device) for one in (hidden, weight))
        return Problem(hidden, weight, targets.to(device), bias, options)


_HALF = {"bfloat16": torch.bfloat16, "float16": torch.float16}
CASES = (
    Case(name="one token, one word", tokens=1, vocab=1, depth=1),
    Case(name="one token", tokens=1, vocab=515, depth=72, ignored=0.0),
    Case(name="ragged", tokens=70, vocab=515, depth=72),
    Case(name="all ignored", tokens=9, vocab=130, depth=16, ignored=1.1),
    Case(name="flat logits", tokens=5, vocab=515, depth=16, spread=1e-3),
    Case(name="logits near 120", tokens=9, vocab=515, depth=64, bias=(118.0, 122.0)),
    Case(name="logits near -120", tokens=9, vocab=515, depth=64, bias=(-122.0, -118.0)),
    Case(name="logits to both sides of 120", tokens=9, vocab=515, depth=64, spread=40.0),
    Case(name="softcap", tokens=9, vocab=300, depth=40, softcap=5.0),
    Case(name="softcap far off", tokens=9, vocab=300, depth=40, softcap=1000.0),
    Case(
        name="scale, bias and softcap",
        tokens=9,
        vocab=300,
        depth=40,
        bias=(-1.0, 1.0),
        logit_scale=0.3,
        softcap=4.0,
    ),
    Case(name="vocabulary of GPT-2", tokens=3, vocab=50257, depth=16),
    Case(name="padded vocabulary", tokens=9, vocab=260, depth=40, padding=60),
    Case(name="several tiles a range", tokens=5, vocab=900, depth=40),
    Case(name="rising logits", tokens=9, vocab=4200, depth=16, bias=(-6.0, 6.0)),
    Case(name="falling logits", tokens=9, vocab=4200, depth=16, bias=(6.0, -6.0)),
    *(
        Case(name=f"{name}, ragged", tokens=130, vocab=515, depth=72, dtype=dtype)
        for name, dtype in _HALF.items()
    ),
)


def worst_error(
    forward: Callable[..., Sequence[Tensor]], case: Case, device: torch.device | str = "cpu"
) -> float:
    """Return the largest error of any output, in units of what is allowed; inf for NaN."""
    problem = case.build(device)
    return largest_error(forward(problem), reference.forward(problem))


def largest_error(found: Sequence[Tensor], exact: Sequence[Tensor]) -> float:
    """Return the largest error in units of what is allowed; ``found`` may lack ``lse_rest``."""
    allowed = TOLERANCE * exact[1].abs().clamp_min(1.0)
    worst = 0.0
    for one, expected in zip(found, exact[: len(found)], strict=True):
        error = (one.double() - expected).abs() / allowed
        error = error.masked_fill(one.double() == expected, 0.0)  # equal infinities
        worst = max(worst, float(error.nan_to_num(math.inf).max()))
    return worst
