import csv
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def published_runs():
    """Predictors ``(2, 240)`` and losses of the runs that were fitted in arXiv 2404.10102."""
    with (DATA / "epoch_chinchilla" / "runs.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["in_published_fit"] == "1"]
    x = np.array([[float(row[name]) for row in rows] for name in ("params", "tokens")])
    return x, np.array([float(row["loss"]) for row in rows])
