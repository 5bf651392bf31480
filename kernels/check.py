"""Check ``linear_token_loss`` against float64 on the device at hand, and time it.

Run ``python -m assay.kernels.check`` (add ``--json`` for rows to keep). The loss is compared case
by case with its definition in float64; only if every case passes, its time is measured, as a
ratio to the time of the bare matrix product of the same shape in the same run.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from assay.kernels import linear_token_loss
from assay.kernels._dispatch import choose
from assay.kernels.linear_token_loss import reference
from assay.kernels.linear_token_loss.arguments import Options

__all__ = ["CASES", "TOLERANCE", "Case", "Problem", "main", "worst_error"]

TOLERANCE = 1e-5
"""Allowed |output - float64|, times max(1, |lse|).

A float32 logit of size z carries the rounding of its own sum, a few times 6e-8 |z|; 1e-5 leaves
two decimal digits above it, and is four orders below what bfloat16 logits cost.
"""

Problem = tuple[Tensor, Tensor, Tensor, Tensor | None, Options]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Random inputs of one shape and kind, equal on every device."""

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
        half = (hidden.to(self.dtype).to(device), weight.to(self.dtype).to(device))
        return *half, targets.to(device), bias, options


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
    exact = reference.forward(*problem)
    allowed = TOLERANCE * exact[1].abs().clamp_min(1.0)
    worst = 0.0
    for found, expected in zip(forward(*problem), exact, strict=True):
        error = (found.double() - expected).abs() / allowed
        error = error.masked_fill(found.double() == expected, 0.0)  # equal infinities
        worst = max(worst, float(error.nan_to_num(math.inf).max()))
    return worst


def _through_operator(
    hidden: Tensor, weight: Tensor, targets: Tensor, bias: Tensor | None, options: Options
) -> Sequence[Tensor]:
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


def _seconds(work: Callable[[], Any], device: torch.device, repeats: int = 3) -> float:
    """Return the least wall time of ``work`` in seconds, after one call to warm up."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(time.perf_counter() - start)
    return min(times[1:])


def _timing(device: torch.device, tokens: int, vocab: int, depth: int) -> dict[str, Any]:
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    hidden = torch.randn(tokens, depth, device=device).to(dtype)
    weight = (torch.randn(vocab, depth, device=device) * (3 / math.sqrt(depth))).to(dtype)
    targets = torch.randint(0, vocab, (tokens,), device=device)
    with torch.inference_mode():
        product = _seconds(lambda: hidden @ weight.T, device)
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        held = torch.cuda.memory_allocated(device) if device.type == "cuda" else 0
        loss = _seconds(lambda: linear_token_loss(hidden, weight, targets), device)
        peak = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
    row = {
        "timing": f"T={tokens} V={vocab} D={depth} {str(dtype).removeprefix('torch.')}",
        "product_ms": 1e3 * product,
        "loss_ms": 1e3 * loss,
        "loss_over_product": loss / product,
    }
    return row | ({"extra_mb": (peak - held) / 1e6} if device.type == "cuda" else {})


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _rows(device: torch.device) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for case in CASES:
        error = worst_error(_through_operator, case, device)
        rows.append({"case": case.name, "error_over_allowed": error, "passed": error <= 1.0})
    if not all(row["passed"] for row in rows):
        return rows
    shapes = [(256, 4096, 128), (2048, 49152, 576)]
    if device.type == "cuda":
        shapes = [(8192, v, d) for d in (576, 2048, 4096) for v in (49152, 128256)]
    return rows + [_timing(device, *shape) for shape in shapes]


def _table(rows: list[dict[str, Any]]) -> str:
    lines = []
    for row in rows:
        title = row.get("case") or row["timing"]
        rest = [
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in row.items()
            if name not in ("case", "timing")
        ]
        lines.append(f"{title:<36}" + "   ".join(rest))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, time and print; return 1 if a case is outside what is allowed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m assay.kernels.check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args(arguments).json
    device = _device()
    rows = _rows(device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    backend = choose("auto", device)
    facts = {"device": name, "backend": backend, "torch": torch.__version__}
    if as_json:
        sys.stdout.write(json.dumps({**facts, "rows": rows}, indent=2) + "\n")
    else:
        title = "  ".join(f"{key} {value}" for key, value in facts.items())
        sys.stdout.write(f"{title}\n{_table(rows)}\n")
    return 0 if all(row.get("passed", True) for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
