"""What several regressions start from."""

import numpy as np
import pytest

_SHEET = """
params = 1e9
prices = { gpu_hour = 2.0, peak_flops = 1e15 }

[[source]]
name = "books"
cap = 2e9
cost = { kind = "licensed", COST }

[[source]]
name = "control"
share = 0
cost = { kind = "raw" }
"""


@pytest.fixture
def price_sheet(tmp_path):
    """Write a price sheet of ``books``, licensed at ``cost``, and of a control without a price."""

    def write(cost):
        path = tmp_path / "prices.toml"
        path.write_text(_SHEET.replace("COST", cost))
        return path

    return write


@pytest.fixture
def ladder():
    """Runs of one source at six budgets, a little beside an exact law."""
    tokens = 1e6 * 2.0 ** np.arange(6)
    loss = (2.0 + 40.0 * tokens**-0.3) * (1.0 + 1e-3 * np.array([1, -1, 1, -1, 1, -1]))
    return {"source": np.repeat(["a"], 6), "tokens": tokens, "loss": loss}
