import pytest

from assay.compare import compare_study
from assay.records import Measurement
from assay.units import Quantity


def guard(source, tokens, loss, seed=0):
    return Measurement(
        run=f"{source}-{tokens}-{seed}",
        source=source,
        tokens=tokens,
        candidate_tokens=tokens // 2,
        unique_tokens=tokens // 2,
        epochs=1.0,
        steps=128,
        seed=seed,
        evaluation="prose",
        role="guard",
        evaluation_sha256="g" * 64,
        loss=loss,
        loss_se=0.02,
        bits_per_byte=1.0,
        top1=0.3,
        windows=128,
        eval_tokens=128 * 256,
        eval_bytes=128 * 1000,
    )


def test_forgetting_is_told_at_the_largest_budget(offers):
    _, fits, prices = offers({"a": (2.0, 2.0, 0.3), "control": (4.0, 0.8, 0.1)})
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
