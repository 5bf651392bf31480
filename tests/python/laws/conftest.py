import csv
from pathlib import Path

import numpy as np
import pytest

from assay.fitting.point.solver import minimise
from assay.fitting.point.starts import best_starts

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def runs():
    """Read columns of a table of real runs, ``(columns, n)``, of the rows with some texts."""

    def read(path, *columns, **texts):
        with (DATA / path).open() as file:
            rows = [
                row
                for row in csv.DictReader(file)
                if all(row[name] == text for name, text in texts.items())
            ]
        assert rows
        return np.array([[float(row[name]) for row in rows] for name in columns])

    return read


@pytest.fixture
def fit():
    """Fit a law from three starts; return its parameters and objective, for centred sizes."""

    def minimum(law, x, y, delta):
        sizes = np.array(law.scaled)[:, None]
        x = x / np.exp(np.mean(np.log(np.where(sizes, x, 1.0)), axis=1, keepdims=True))
        solved = minimise(law, x, y, delta, best_starts(law, x, y, delta, 3), law.bounds(y))
        best = int(np.argmin(solved.objective))
        return solved.params[best], float(solved.objective[best])

    return minimum
