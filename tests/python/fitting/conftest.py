import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parents[2] / "data"
BUDGETS = 2.0 ** np.arange(14, 19)
CENTER = 2.0**16


@pytest.fixture(scope="session")
def published_runs():
    """Predictors ``(2, 240)`` and losses of the runs that were fitted in arXiv 2404.10102."""
    with (DATA / "epoch_chinchilla" / "runs.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["in_published_fit"] == "1"]
    x = np.array([[float(row[name]) for row in rows] for name in ("params", "tokens")])
    return x, np.array([float(row["loss"]) for row in rows])


@pytest.fixture(scope="session")
def ladder() -> Callable[..., dict[str, list]]:
    """Build the table of runs of sources with known power laws ``E + A (x / 2^16)^-alpha``."""

    def build(laws, noise=0.004, seeds=2, rng=0, budgets=BUDGETS):
        generator = np.random.default_rng(rng)
        columns = {name: [] for name in ("source", "tokens", "seed", "loss", "steps", "epochs")}
        for name, (floor, reducible, exponent) in laws.items():
            for seed in range(seeds):
                for tokens in budgets:
                    mean = floor + reducible * (tokens / CENTER) ** -exponent
                    columns["source"].append(name)
                    columns["tokens"].append(float(tokens))
                    columns["seed"].append(seed)
                    columns["steps"].append(tokens / 128)
                    columns["epochs"].append(1.0)
                    columns["loss"].append(mean * np.exp(noise * generator.standard_normal()))
        return columns

    return build
