"""Time the operator beside the bare matrix product of the same shape, in the same run."""

from __future__ import annotations

import gc
import math
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from check.kernels import linear_token_loss
from check.rivals import Loss, rivals

__all__ = ["BARS", "SHAPES", "inputs", "rows", "seconds_twice"]

Row = dict[str, Any]
Shape = tuple[int, int, int]

SHAPES: dict[str, list[Shape]] = {
    "cuda": [
        (tokens, vocab, depth)
        for depth in (576, 2048, 4096)
        for tokens, vocab in ((8192, 49152), (131072, 49152), (32768, 128256), (8192, 262144))
    ],
    "cpu": [(2048, 49152, 576)],
}
"""Tokens, vocabulary and depth of what is timed."""

BARS = {576: 0.65, 2048: 0.80, 4096: 0.85}
"""On an H200: time of the product over that of the loss, at least, by depth."""
_BACKWARD_BAR = 0.80  # of the time of 8 T V D operations, which are four products
_CHUNK = 16384  # rows of one product: the logits of all would not fit the memory
_SPLITS = 12


def rows(device: torch.device) -> Iterator[Row]:
    """Yield a row for each shape, and for each other way to the losses at some shapes."""
    for shape in SHAPES[device.type]:
        yield from _rows_of(device, *shape)


def _rows_of(device: torch.device, tokens: int, vocab: int, depth: int) -> Iterator[Row]:
    problem = inputs(device, tokens, vocab, depth)
    title = f"T={tokens} V={vocab} D={depth} {str(problem[0].dtype).removeprefix('torch.')}"

    def ours(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        return linear_token_loss(hidden, weight, targets).nll

    extra = _extra_bytes(ours, problem)
    with torch.inference_mode():
        product, product_again = seconds_twice(lambda: _product(problem), device)
        loss, loss_again = seconds_twice(lambda: ours(*problem), device)
    row = {
        "timing": title,
        "way": "assay",
        "product_ms": 1e3 * product,
        "product_again_ms": 1e3 * product_again,
        "loss_ms": 1e3 * loss,
        "loss_again_ms": 1e3 * loss_again,
        "product_over_loss": product / loss,
        "extra_mb": extra / 1e6,
    }
    if device.type == "cuda":
        row["bar"] = BARS.get(depth)
        row["extra_allowed_mb"] = 16 * tokens * _SPLITS / 1e6
        if tokens <= 32768:
            row |= _backward(ours, problem, product, device)
    yield row
    if device.type == "cpu" or tokens == 8192:
        yield from _others(title, problem, product, device)


def _others(
    title: str, problem: tuple[Tensor, Tensor, Tensor], product: float, device: torch.device
) -> Iterator[Row]:
    for name, way in rivals(device):
        row: Row = {"timing": title, "way": name}
        try:
            row["extra_mb"] = _extra_bytes(way, problem) / 1e6
            with torch.inference_mode():
                row["loss_ms"] = 1e3 * _once(partial(way, *problem), device)
            row["product_over_loss"] = 1e3 * product / row["loss_ms"]
            if device.type == "cuda":
                row |= _backward(way, problem, product, device)
        except Exception as error:  # a rival's failure, whatever it is, is a result here
            row["failed"] = f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"
        yield row


def _backward(
    way: Loss, problem: tuple[Tensor, Tensor, Tensor], product: float, device: torch.device
) -> Row:
    hidden, weight = (tensor.detach().requires_grad_() for tensor in problem[:2])
    targets = problem[2]

    def step() -> None:
        torch.autograd.grad(way(hidden, weight, targets).sum(), (hidden, weight))

    both = seconds_twice(step, device)[0]
    return {
        "forward_backward_ms": 1e3 * both,
        "four_products_over_it": 4 * product / both,
        "backward_bar": _BACKWARD_BAR,
    }


def inputs(
    device: torch.device, tokens: int, vocab: int, depth: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw hidden states, weight and targets on the device: never zeros, which run faster."""
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    source = torch.Generator(device).manual_seed(0)
    hidden = torch.randn(tokens, depth, device=device, dtype=dtype, generator=source)
    weight = torch.randn(vocab, depth, device=device, dtype=dtype, generator=source)
    weight.mul_(3 / math.sqrt(depth))
    return hidden, weight, torch.randint(0, vocab, (tokens,), device=device, generator=source)


def _product(problem: tuple[Tensor, Tensor, Tensor]) -> None:
    hidden, weight, _ = problem
    out = hidden.new_empty(min(_CHUNK, len(hidden)), len(weight))
    for start in range(0, len(hidden), _CHUNK):
        part = hidden[start : start + _CHUNK]
        torch.mm(part, weight.T, out=out[: len(part)])


def seconds_twice(work: Callable[[], object], device: torch.device) -> tuple[float, float]:
    """Time ``work`` twice, in seconds (medians, on a CPU minima): the difference is noise."""
    work()
    return _once(work, device), _once(work, device)


def _once(work: Callable[[], object], device: torch.device) -> float:
    if device.type == "cpu":
        return min(_cpu_seconds(work) for _ in range(2))
    event: Any = torch.cuda.Event
    times: list[float] = []
    flush = torch.empty(2**27, dtype=torch.int8, device=device)  # more than the cache
    begin = time.perf_counter()
    while len(times) < 5 or (time.perf_counter() - begin < 0.3 and len(times) < 30):
        flush.zero_()
        start, end = (event(enable_timing=True) for _ in range(2))
        start.record()
        work()
        end.record()
        torch.cuda.synchronize(device)
        times.append(start.elapsed_time(end) / 1e3)
    return statistics.median(times)


def _cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of ``work``, which other load on the machine does not raise."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _extra_bytes(way: Loss, problem: tuple[Tensor, Tensor, Tensor]) -> float:
    """Return by how much one forward raises the peak memory; on a CPU, that of the process."""
    gc.collect()
    device = problem[0].device
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
        held = torch.cuda.memory_allocated(device)
        with torch.inference_mode():
            way(*problem)
        return torch.cuda.max_memory_allocated(device) - held
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with torch.inference_mode():
        way(*problem)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit
