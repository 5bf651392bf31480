"""Which implementation of the loss runs: decided from the device, never from the shapes."""

from __future__ import annotations

import importlib.util
import logging
import os
from functools import cache
from typing import Literal, get_args

import torch

from ..errors import ArgumentError

__all__ = ["BACKENDS", "Backend", "choose"]

Backend = Literal["auto", "blocks", "fast", "triton"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)

_log = logging.getLogger("assay.kernels")


def choose(backend: Backend, device: torch.device) -> Literal["blocks", "fast", "triton"]:
    """Resolve ``backend`` for tensors on ``device``.

    ``auto`` is Triton on CUDA cards of compute capability 8.0 or newer, and vocabulary blocks in
    plain torch everywhere else. Two more run only when asked for by name: ``fast``, because it is
    approximate, and Triton on a CPU, because only tests set the ``TRITON_INTERPRET=1`` it needs.

    Raises
    ------
    ArgumentError
        If the backend is unknown or cannot run on the device.
    """
    if backend not in BACKENDS:
        raise ArgumentError(f'backend is "{backend}": expected one of {", ".join(BACKENDS)}')
    if backend == "triton" and not _can_run_triton(device):
        raise ArgumentError(
            f'backend is "triton" and the tensors are on {device}: Triton needs the triton package '
            "and a CUDA card of compute capability 8.0 or newer; use auto or blocks"
        )
    if backend == "auto":
        backend = "triton" if device.type == "cuda" and _can_run_triton(device) else "blocks"
    _log.debug("linear_token_loss on %s runs %s", device, backend)
    return backend


def _can_run_triton(device: torch.device) -> bool:
    if not _has_triton():
        return False
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    return os.environ.get("TRITON_INTERPRET") == "1"


@cache
def _has_triton() -> bool:
    return importlib.util.find_spec("triton") is not None
