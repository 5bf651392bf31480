"""Kernels run in Triton's interpreter here, and fresh memory is filled with NaN."""

from collections.abc import Iterator

import pytest
import torch
from triton import language
from triton.runtime.interpreter import InterpretedFunction

if not isinstance(language.max, InterpretedFunction):
    raise RuntimeError("triton was imported before tests/conftest.py set TRITON_INTERPRET=1")


@pytest.fixture(autouse=True)
def _poisoned_memory() -> Iterator[None]:
    """Fill what ``torch.empty`` returns with NaN: reading or returning it shows."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(threads)
