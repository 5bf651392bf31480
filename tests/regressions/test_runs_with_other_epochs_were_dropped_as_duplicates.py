"""Of two runs with the same seed and tokens, one was dropped although it repeated its text."""

import numpy as np

import assay


def test_runs_of_one_seed_and_other_epochs_are_other_runs(ladder):
    runs = {name: np.tile(values, 2) for name, values in ladder.items()}
    runs |= {
        "seed": np.zeros(12),
        "epochs": np.repeat([1.0, 4.0], 6),
        "loss": runs["loss"] * np.repeat([1.0, 1.05], 6),
    }
    fit = assay.fit(runs, seed="seed", resamples=20)["a"]
    assert len(fit.points) == 12
    assert not {flag.code for flag in fit.warnings} & {"duplicate-runs", "conflicting-runs"}
