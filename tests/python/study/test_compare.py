import functools

import pytest

from assay.comparison.question import FixedSpend
from assay.sources import PricedSource, SupplyCurve
from assay.study.compare import compare_measurements
from assay.study.fit import fit_measurements
from assay.units import Cost, Quantity

_TRAINING = Cost(flops=1e7, gpu_hours=1e-9, usd=1e-6)


def _price(name):
    return PricedSource(
        name=name,
        supply=SupplyCurve(Cost(), (), float("inf")),
        training_per_token=_TRAINING,
        candidate_share=0.5,
        epochs_max=8.0,
    )


def _fitted(measurement):
    """Fit exact power laws."""
    rows = [
        measurement(source, tokens, 2.0 + (tokens / 2**16) ** -rate)
        for source, rate in (("a", 0.3), ("control", 0.1))
        for tokens in (2**14, 2**15, 2**16, 2**17, 2**18)
    ]
    return fit_measurements(rows, law="power", resamples=50)


def test_forgetting_is_told_at_the_largest_budget(measurement):
    fits, prices = _fitted(measurement), {name: _price(name) for name in ("a", "control")}
    guard = functools.partial(measurement, role="guard", evaluation="prose")
    measurements = [
        guard("base", 0, 5.0),
        guard("a", 100, 5.1),
        guard("a", 200, 5.3),
        guard("a", 200, 5.5, seed=1),
        guard("control", 200, 4.9),
    ]
    compared = compare_measurements(
        fits,
        prices,
        measurements=measurements,
        question=FixedSpend(Quantity(0.25, "usd")),
        confidence=0.9,
    )
    assert compared.confidence == 0.9
    a, control = compared.guards
    assert (a.source, a.tokens, a.evaluation) == ("a", 200, "prose")
    assert a.loss == pytest.approx(5.4)
    assert a.from_base == pytest.approx(0.4)
    assert a.from_control == pytest.approx(0.5)
    assert control.from_control == 0.0
