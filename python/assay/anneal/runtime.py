"""Process-wide settings for training: threads, determinism, and how to stop."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import torch
from transformers.utils import logging as transformers_logging

__all__ = ["configure", "is_disk_full", "stop_on_signals"]


def configure(threads: int) -> None:
    """Make this process train reproducibly on ``threads`` CPU threads."""
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    # Deterministic mode fills fresh memory, which costs a pass over it and only hides bugs.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


@contextmanager
def stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Set ``stop`` on Ctrl-C or SIGTERM, so that a run ends at a step with its state saved."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def is_disk_full(error: BaseException) -> bool:
    """Tell whether ``error`` says that no space is left; safetensors and SQLite say it in words."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    return any(words in str(error) for words in ("No space left on device", "disk is full"))
