from pathlib import Path

import numpy as np
import pytest

import assay

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def published():
    """Read the columns of a table below ``tests/data``, of all rows or those where ``keep``."""

    def read(path, keep=None):
        columns = dict(assay.read_runs(DATA / path).columns)
        rows = slice(None) if keep is None else keep(columns)
        return {name: values[rows] for name, values in columns.items()}

    return read


@pytest.fixture(scope="session")
def fit_sizes():
    """Fit a law in parameters and tokens to the one source of a table."""

    def fit(table, law="chinchilla", resamples=0, **options):
        columns = {name: table[name] for name in ("params", "tokens", "loss")}
        sizes = ["params", "tokens"]
        fits = assay.fit(columns, law, sizes, source=None, resamples=resamples, **options)
        return fits["all"]

    return fit


@pytest.fixture(scope="session")
def huber_at():
    """Sum Huber's loss (delta 1e-3) of the log residuals of a Chinchilla law at ``params``."""

    def value(table, params, delta=1e-3):
        floor, a, b, alpha, beta = params
        law = floor + a * table["params"] ** -alpha + b * table["tokens"] ** -beta
        size = np.abs(np.log(table["loss"] / law))
        return np.sum(np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)))

    return value
