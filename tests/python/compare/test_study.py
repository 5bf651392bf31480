import functools

import pytest

from assay.compare import compare_study
from assay.units import Quantity


def test_forgetting_is_told_at_the_largest_budget(offers, measurement):
    _, fits, prices = offers({"a": (2.0, 2.0, 0.3), "control": (4.0, 0.8, 0.1)})
    guard = functools.partial(measurement, role="guard", evaluation="prose")
    measurements = [
        guard("base", 0, 5.0),
        guard("a", 100, 5.1),
        guard("a", 200, 5.3),
        guard("a", 200, 5.5, seed=1),
        guard("control", 200, 4.9),
    ]
    compared = compare_study(
        fits, prices, measurements=measurements, budget=Quantity(0.25, "usd"), confidence=0.9
    )
    assert compared.confidence == 0.9
    a, control = compared.guards
    assert (a.source, a.tokens, a.evaluation) == ("a", 200, "prose")
    assert a.loss == pytest.approx(5.4)
    assert a.from_base == pytest.approx(0.4)
    assert a.from_control == pytest.approx(0.5)
    assert control.from_control == 0.0
