"""What the executor and its workers have agreed on. Needs no torch."""

from __future__ import annotations

import os
import socket

__all__ = ["EXIT_DISK_FULL", "EXIT_STOPPED", "INPUTS", "is_alive", "worker_name"]

INPUTS = "anneal.json"
"""File in the output folder that tells workers where the stores and the base are."""
EXIT_STOPPED = 4
"""Exit code of a worker that was asked to stop and has saved its state."""
EXIT_DISK_FULL = 28
"""Exit code of a worker that could not write."""


def worker_name(process: int) -> str:
    """Return the name of a process of this machine in the ledger."""
    return f"{socket.gethostname()}:{process}"


def is_alive(worker: str) -> bool:
    """Tell whether a worker runs; one of another machine counts as alive while its lease lasts."""
    host, _, process = worker.rpartition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
