"""Which tiles are fastest on this card: what the defaults of ``tiles.py`` should follow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import torch

from check.kernels import Options, Problem, module
from check.timing import inputs, seconds_twice

__all__ = ["rows"]


_VOCAB = 128256


def rows(device: torch.device) -> Iterator[dict[str, Any]]:
    """Yield the time of each configuration at each depth, for the loss alone and with sum_p2."""
    hopper, configs = module("linear_token_loss.hopper"), module("linear_token_loss.tiles").CONFIGS

    for depth in (576, 1024, 2048, 4096):
        tensors = inputs(device, 16384, _VOCAB, depth)
        for stats, (name, config) in product((False, True), configs.items()):
            problem = Problem(*tensors, None, Options(vocab=_VOCAB, stats=stats))
            run = partial(hopper.forward, problem, config=config)
            first, second = seconds_twice(run, device)
            yield {
                "tuning": f"D={depth} {name}{', sum_p2' if stats else ''}",
                "loss_ms": 1e3 * first,
                "loss_again_ms": 1e3 * second,
            }
