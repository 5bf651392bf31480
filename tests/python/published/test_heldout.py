"""Larger runs that the fits have not seen, over seven published groups."""

import importlib.util
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import assay

BENCH = Path(__file__).parents[2] / "bench" / "_sets.py"
SIZES = ["params", "tokens"]


@pytest.fixture(scope="module")
def problems():
    """The hold-out problems of the benchmark."""
    spec = importlib.util.spec_from_file_location("heldout_sets", BENCH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return list(module.level_problems())


def predicted(problem, law, resamples):
    """Return predictions and measurements of the held-out runs, with 95% intervals if resampled."""
    kept, held = problem.take(problem.kept), problem.take(~problem.kept)
    fits = assay.fit(kept, law=law, x=SIZES, run=problem.run, resamples=resamples)
    for source in np.unique(held["source"]):
        rows = held["source"] == source
        at = {name: held[name][rows] for name in SIZES}
        columns = fits[source].predict(at, 0.95 if resamples else None, kind="run")
        yield columns, held["loss"][rows]


def test_the_combined_laws_miss_by_one_and_a_half_percent_and_their_intervals_hold(problems):
    errors, inside = defaultdict(list), defaultdict(list)
    for problem in problems:
        for columns, loss in predicted(problem, "auto", 100):
            errors[problem.group].extend(np.abs(columns["mean"] / loss - 1.0))
            inside[problem.group].extend((columns["lower"] <= loss) & (loss <= columns["upper"]))
    assert len(errors) == 7
    assert np.mean([np.mean(group) for group in errors.values()]) <= 0.015
    assert np.mean([np.mean(group) for group in inside.values()]) >= 0.90
    assert min(np.mean(group) for group in inside.values()) >= 0.75
