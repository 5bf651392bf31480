"""A run that saw a tenth of a source once was taken for one that repeats it a tenth of a time."""

import numpy as np

import assay


def test_less_than_one_epoch_repeats_nothing(ladder):
    part, whole = (
        assay.fit(
            ladder | {"epochs": np.array([first, 2.0, first, 4.0, first, 8.0])},
            law="repetition",
            resamples=20,
        )
        for first in (0.1, 1.0)
    )
    assert part == whole
    at = {"tokens": [1e8], "epochs": [0.1]}
    assert part["a"].value(at) == whole["a"].value(at | {"epochs": [1.0]})
