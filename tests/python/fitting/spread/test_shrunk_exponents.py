import dataclasses

import numpy as np
import pytest

import assay
from assay.fitting.spread.shrunk_exponents import _pooled

FAR = {"tokens": np.array([2.0**21])}


def floors(rng):
    return {source: (rng.uniform(1.2, 2.5), 1.0, 0.35) for source in "abcde"}


def test_sources_that_share_an_exponent_are_predicted_better_together(ladder):
    alone, joint = [], []
    for seed in range(12):
        laws = floors(np.random.default_rng(seed))
        table = ladder(laws, noise=0.003, rng=seed)
        for errors, together in ((alone, False), (joint, True)):
            fits = assay.fit(table, law="power", seed="seed", resamples=0, joint=together)
            errors += [
                fits[s].value(FAR)[0] / (e + a * 32.0**-alpha) - 1.0
                for s, (e, a, alpha) in laws.items()
            ]
    assert np.std(joint) < 0.8 * np.std(alone)


def test_exponents_that_differ_are_left_apart(ladder):
    laws = {"a": (2.0, 1.0, 0.2), "b": (2.0, 1.0, 0.5), "c": (2.0, 1.0, 1.0)}
    table = ladder(laws, noise=1e-4)
    fits = assay.fit(table, law="power", seed="seed", resamples=0, joint=True)
    for source, (_, _, alpha) in laws.items():
        assert fits[source].params["alpha"] == pytest.approx(alpha, rel=0.05)


def test_two_sources_are_too_few_to_learn_from(ladder):
    table = ladder({"a": (2.0, 1.0, 0.2), "b": (2.0, 1.0, 0.5)})
    alone, joint = (assay.fit(table, law="power", resamples=5, joint=j) for j in (False, True))
    for name, fit in joint.items():
        assert [flag.code for flag in fit.warnings] == ["not-joint"]
        assert dataclasses.replace(fit, warnings=()) == alone[name]


def test_pooling_finds_mean_and_spread():
    rng = np.random.default_rng(0)
    errors = np.full(4000, 0.1)
    values = -1.0 + np.hypot(0.3, 0.1) * rng.standard_normal(4000)
    mean, spread = _pooled(values, errors**2)
    assert mean == pytest.approx(-1.0, abs=0.02)
    assert spread == pytest.approx(0.3, rel=0.1)
