from dataclasses import replace

import pytest

from assay.errors import DataError
from assay.study.fit import fit_measurements


@pytest.fixture
def measurements(measurement):
    rows = [measurement("base", 0, 6.3), measurement("base", 0, 5.0, role="guard")]
    for source, floor in (("docs", 2.0), ("control", 3.0)):
        for k in range(5):
            tokens = 2 ** (14 + k)
            for seed in (0, 1):
                loss = floor + (6.3 - floor) * (1 + tokens / 3e4) ** -0.5 + 0.004 * (seed - 0.5)
                rows.append(measurement(source, tokens, loss, seed=seed))
                rows.append(measurement(source, tokens, 5.5, seed=seed, role="guard"))
    return rows


def test_the_target_is_fitted_with_the_base_as_anchor_and_the_control_as_a_source(measurements):
    fits = fit_measurements(measurements, resamples=20)
    assert set(fits) == {"docs", "control"}
    assert fits["docs"].law == "anchored"
    assert fits["docs"].lead.anchor == 6.3
    assert fits["docs"].evaluation_sha256 == "target" * 8
    assert fits["docs"].value({"tokens": 2.0**16}) == pytest.approx(
        2.0 + 4.3 * (1 + 2**16 / 3e4) ** -0.5, rel=1e-3
    )


def test_without_a_base_there_is_no_anchor(measurements):
    fits = fit_measurements([m for m in measurements if m.source != "base"], resamples=0)
    assert fits["docs"].law == "power"


def test_unknown_or_several_evaluations_are_named(measurements):
    with pytest.raises(DataError, match='nothing was measured on "code", found guard, target'):
        fit_measurements(measurements, evaluation="code")
    second = [replace(m, evaluation="more") for m in measurements if m.role == "target"]
    with pytest.raises(DataError, match=r"found 2 target sets \(more, target\)"):
        fit_measurements([*measurements, *second])


def test_changed_windows_are_refused(measurements):
    changed = [replace(m, evaluation_sha256="x" * 8) if m.seed else m for m in measurements]
    with pytest.raises(DataError, match="2 different evaluation sets"):
        fit_measurements(changed)
