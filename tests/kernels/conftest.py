"""Kernels run in Triton's interpreter here, and fresh memory is filled with NaN."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from triton import language
from triton.runtime.interpreter import InterpretedFunction

if not isinstance(language.max, InterpretedFunction):
    raise RuntimeError("triton was imported before tests/conftest.py set TRITON_INTERPRET=1")

# The package ``check`` lies in this folder. It takes ``assay.kernels`` where that is loaded, and
# the tests and the check must see the same kernels.
sys.path.insert(0, str(Path(__file__).parent))
import assay.kernels  # noqa: F401


@pytest.fixture(autouse=True)
def _poisoned_memory() -> Iterator[None]:
    """Fill what ``torch.empty`` returns with NaN: reading or returning it shows."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)
    torch.set_num_threads(threads)
