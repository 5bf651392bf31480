from types import SimpleNamespace

import pytest

from assay.sources import PricedSource, SupplyCurve, Tier, blended
from assay.study.purse import spent
from assay.units import Cost


def priced(name, text=0.0, fixed=0.0):
    supply = SupplyCurve(Cost(usd=fixed), (Tier(float("inf"), Cost(usd=text)),), float("inf"))
    return PricedSource(
        name=name,
        supply=supply,
        training_per_token=Cost(usd=0.001),
        candidate_share=0.5,
        epochs_max=4.0,
    )


def run(source, tokens, unique, seed=0):
    return SimpleNamespace(source=source, tokens=tokens, unique_tokens=unique, seed=seed)


def test_text_is_paid_once_for_the_largest_run_and_training_for_each():
    runs = [
        run("a", 1000, 500),
        run("a", 1000, 500, 1),
        run("a", 2000, 1000),
        run("control", 10, 0),
    ]
    prices = {"a": priced("a", text=0.01, fixed=3.0), "control": priced("control")}
    assert spent(runs, prices, "usd") == pytest.approx(3.0 + 10.0 + 4.0 + 0.01)


def test_a_run_measured_twice_and_the_base_cost_nothing_more():
    runs = [run("base", 0, 0), run("a", 1000, 500), run("a", 1000, 500)]
    assert spent(runs, {"a": priced("a")}, "usd") == pytest.approx(1.0)


def test_text_that_a_blend_shares_with_its_members_is_paid_once():
    prices = {"a": priced("a", text=0.01, fixed=3.0), "b": priced("b", text=0.1)}
    prices["ab"] = blended(prices, {"a": 0.5, "b": 0.5}, name="ab")
    # 500 tokens of a, of which the blend has 250; of b the blend has the most, 250
    runs = [run("a", 1000, 500), run("b", 200, 100), run("ab", 1000, 500)]
    assert spent(runs, prices, "usd") == pytest.approx(3.0 + 5.0 + 25.0 + 2.2)
