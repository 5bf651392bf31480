import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assay.sources import (
    Acquisition,
    PricedSource,
    Prices,
    SupplyCurve,
    supply_curve,
    training_flops_per_token,
)
from assay.units import CURRENCIES, Cost

PRICES = Prices(gpu_hour=2.0, peak_flops=1e15, utilisation_train=0.4, utilisation_generate=0.1)


def acquisition(**values):
    return TypeAdapter(Acquisition).validate_python(values)


def priced(method, *, kept=1.0, cap=1e6, share=0.7, epochs_max=4.0):
    return PricedSource(
        name="s",
        supply=supply_curve(method, PRICES, kept=kept, cap=cap),
        training_per_token=PRICES.training(1e9),
        candidate_share=share,
        epochs_max=epochs_max,
    )


@pytest.mark.parametrize(
    ("values", "kept", "training_tokens"),
    [
        # the price of one kept token in training tokens of a 7B model, 4.2e10 FLOPs each
        ({"kind": "filtered", "classifier_params": 184e6}, 0.05, 0.1752),
        ({"kind": "filtered", "classifier_params": 8e9}, 0.05, 7.619),
        ({"kind": "rephrased", "generator_params": 7e9}, 1.0, 0.6667),
        ({"kind": "rephrased", "generator_params": 70e9}, 1.0, 6.667),
        ({"kind": "licensed", "fixed_usd": 10.0}, 1.0, 0.0),
    ],
)
def test_acquisition_in_training_tokens_of_a_7b_model(values, kept, training_tokens):
    flops = acquisition(**values).flops_per_token(kept)
    assert flops / (6 * 7e9) == pytest.approx(training_tokens, rel=1e-3, abs=1e-12)


def test_a_filter_pays_for_the_whole_pool():
    curve = supply_curve(
        acquisition(kind="filtered", classifier_params=1e6, usd_per_million_tokens=3.0),
        PRICES,
        kept=0.25,
        cap=1e6,
    )
    cost = curve.cost(np.array([1e6]))
    assert cost.in_("flops") == pytest.approx(2 * 1e6 / 0.25 * 1e6)
    compute = 2 * 1e6 / 0.25 * 1e6 / (1e15 * 0.1 * 3600) * 2.0
    assert cost.in_("usd") == pytest.approx(3.0 / 0.25 + compute)


def test_instructions_pay_for_every_round_per_kept_token():
    method = acquisition(
        kind="instructed",
        generator_params=1e9,
        tokens_in=300,
        tokens_out=100,
        tokens_kept=200,
        accepted_share=0.5,
        rounds=2,
    )
    assert method.flops_per_token(1.0) == pytest.approx(2e9 * 2 * 400 / 100)
    assert method.text_per_token(1.0) == pytest.approx(3.0)


def test_tiers_follow_one_another_and_stop_at_the_cap():
    method = acquisition(
        kind="licensed",
        fixed_usd=5.0,
        usd_per_million_tokens=1.0,
        tiers=[
            {"up_to": 1e6, "usd_per_million_tokens": 10.0},
            {"up_to": 3e6, "usd_per_million_tokens": 4.0},
        ],
    )
    curve = supply_curve(method, PRICES, kept=1.0, cap=5e6)
    np.testing.assert_allclose(
        curve.cost(np.array([0.0, 1.0, 1e6, 2e6, 5e6, 9e6])).in_("usd"),
        [0.0, 5.00001, 15.0, 19.0, 25.0, 25.0],
    )


def test_unique_tokens_stop_at_the_cap_and_epochs_begin():
    source = priced(acquisition(kind="raw"), cap=700.0)
    np.testing.assert_allclose(source.unique(np.array([500.0, 1000.0, 2000.0])), [350, 700, 700])
    np.testing.assert_allclose(source.epochs(np.array([500.0, 1000.0, 2000.0])), [1, 1, 2])
    assert source.tokens_max == pytest.approx(4000.0)


@given(
    tokens=st.floats(1.0, 3e6),
    usd=st.floats(0, 100),
    fixed=st.floats(0, 100),
    currency=st.sampled_from(CURRENCIES),
)
def test_tokens_at_inverts_total_cost(tokens, usd, fixed, currency):
    source = priced(acquisition(kind="licensed", fixed_usd=fixed, usd_per_million_tokens=usd))
    cost = source.total_cost(np.array([tokens])).in_(currency)
    bought = source.tokens_at(cost * (1 + 1e-9), currency)
    assert source.total_cost(bought).in_(currency) == pytest.approx(cost, rel=1e-8)
    assert bought >= tokens * (1 - 1e-9)


def test_less_than_the_fixed_part_buys_nothing_and_riches_stop_at_the_limit():
    source = priced(acquisition(kind="licensed", fixed_usd=10.0, usd_per_million_tokens=1.0))
    bought = source.tokens_at(np.array([9.0, 1e12]), "usd")
    assert bought[0] == 0.0
    assert bought[1] == pytest.approx(source.tokens_max)


def test_the_control_costs_training_only():
    control = PricedSource(
        name="control",
        supply=SupplyCurve(Cost(), (), float("inf")),
        training_per_token=PRICES.training(1e9),
        candidate_share=0.0,
        epochs_max=1.0,
    )
    tokens = np.array([10.0, 1e6])
    np.testing.assert_allclose(control.total_cost(tokens).in_("flops"), tokens * 1e9)
    np.testing.assert_allclose(control.epochs(tokens), 1.0)


def test_training_flops_count_parameters_and_attention():
    assert training_flops_per_token(7_000_000_000, 32, 4096, 2048) == pytest.approx(
        6 * 7e9 + 12 * 32 * 4096 * 2048
    )
