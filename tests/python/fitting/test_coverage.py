"""Simulated studies with known laws: 95% intervals hold about 95% of what they are for."""

import numpy as np
import pytest
from scipy.special import ndtr

from assay.fitting import fit

STUDIES = 200
BUDGETS = 2.0 ** np.array([14, 16, 18])


@pytest.fixture(scope="module")
def held(ladder):
    """For each study and budget: is the mean inside, and how likely is a new run to be?"""
    rng, found = np.random.default_rng(5), {"mean": [], "run": []}
    for study in range(STUDIES):
        laws = {name: rng.uniform((1.2, 0.5, 0.15), (2.5, 1.5, 0.6)) for name in ("a", "b")}
        noise, (floor, reducible, alpha) = rng.uniform(0.001, 0.005), laws["a"]
        table = ladder(laws, noise=noise, rng=rng)
        result = fit(table, law="power", seed="seed", resamples=200, random_state=study)["a"]
        truth = floor + reducible * (BUDGETS / 2**16) ** -alpha
        for kind, shares in found.items():
            columns = result.predict({"tokens": BUDGETS}, kind=kind)
            lower, upper = (np.log(columns[end] / truth) for end in ("lower", "upper"))
            inside = (lower <= 0) & (upper >= 0)
            run = ndtr(upper / noise) - ndtr(lower / noise)
            shares.append(inside if kind == "mean" else run)
    return {kind: np.mean(shares) for kind, shares in found.items()}


@pytest.mark.parametrize("kind", ["mean", "run"])
def test_intervals_at_the_measured_budgets_hold_what_they_say(held, kind):
    assert 0.93 <= held[kind] <= 0.97
