import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assay.errors import StudyError
from assay.sources import (
    Acquisition,
    PricedSource,
    Prices,
    SupplyCurve,
    Tier,
    blended,
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
    curve = supply_curve(acquisition(**values), PRICES, kept=kept, cap=1e6)
    flops = curve.cost(np.array([1e6])).in_("flops") / 1e6
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
    assert method.flops_per_token == pytest.approx(2e9 * 2 * 400 / 100)
    assert method.text_per_token == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("values", "usd_of_text", "flops"),
    [
        # of a million kept tokens: at 3 USD a million, a fifth of what is prepared stays
        ({"kind": "raw"}, 3.0 / 0.2, 0.0),
        ({"kind": "licensed"}, 15.0, 0.0),
        ({"kind": "filtered", "classifier_params": 0}, 15.0, 0.0),
        ({"kind": "filtered", "classifier_params": 1e6}, 15.0, 1e6 * 2e6 / 0.2),
        # two tokens are read for each one written, and half of what is written is accepted
        (
            {
                "kind": "rephrased",
                "generator_params": 1e9,
                "tokens_in_per_out": 2.0,
                "accepted_share": 0.5,
            },
            3.0 * 2.0 / 0.5 / 0.2,
            1e6 * 2e9 * 3.0 / 0.5 / 0.2,
        ),
        # 300 tokens are read, 100 written and 200 prepared of each document
        (
            {
                "kind": "instructed",
                "generator_params": 1e9,
                "tokens_in": 300,
                "tokens_out": 100,
                "tokens_kept": 200,
            },
            3.0 * 300 / 200 / 0.2,
            1e6 * 2e9 * 400 / 200 / 0.2,
        ),
    ],
)
def test_what_preparation_drops_is_paid_for_whatever_the_kind_of_cost(values, usd_of_text, flops):
    method = acquisition(**values, usd_per_million_tokens=3.0)
    cost = supply_curve(method, PRICES, kept=0.2, cap=1e6).cost(np.array([1e6]))
    assert cost.in_("flops") == pytest.approx(flops)
    of_compute = PRICES.generating(flops).in_("usd")
    assert cost.in_("usd") == pytest.approx(usd_of_text + of_compute)


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


def test_tiers_count_bought_tokens_and_the_cap_counts_kept_ones():
    tiers = [
        {"up_to": 1e6, "usd_per_million_tokens": 10.0},
        {"up_to": 3e6, "usd_per_million_tokens": 4.0},
    ]
    terms = {"fixed_usd": 5.0, "usd_per_million_tokens": 1.0, "tiers": tiers}
    half = supply_curve(acquisition(kind="licensed", **terms), PRICES, kept=0.5, cap=5e6)
    assert half.cap == 5e6
    np.testing.assert_allclose(
        # 1e6, 2e6 and 10e6 bought tokens
        half.cost(np.array([0.5e6, 1e6, 5e6])).in_("usd"),
        [5.0 + 10.0, 5.0 + 10.0 + 4.0, 5.0 + 10.0 + 8.0 + 7.0],
    )
    # Of a contract of 2e6 tokens half is kept, and the second tier ends at the cap.
    small = supply_curve(acquisition(kind="licensed", **terms), PRICES, kept=0.5, cap=1e6)
    np.testing.assert_allclose(small.cost(np.array([1e6, 2e6])).in_("usd"), [19.0, 19.0])
    # Two tokens are bought for each one written, and half of what is written is kept.
    method = acquisition(kind="rephrased", generator_params=1e3, tokens_in_per_out=2.0, **terms)
    rephrased = supply_curve(method, PRICES, kept=0.5, cap=5e6)
    np.testing.assert_allclose(
        rephrased.cost(np.array([0.25e6, 0.5e6])).in_("usd"), [15.0, 19.0], rtol=1e-6
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


def licensed(name, *, fixed, per_million, cap, epochs_max=4.0, share=0.5, training=1e-7):
    return PricedSource(
        name=name,
        supply=SupplyCurve(Cost(usd=fixed), (Tier(cap, Cost(usd=per_million / 1e6)),), cap),
        training_per_token=Cost(usd=training),
        candidate_share=share,
        epochs_max=epochs_max,
    )


BOOKS = licensed("books", fixed=5.0, per_million=2.0, cap=3e6)
WEB = licensed("web", fixed=1.0, per_million=0.5, cap=1e9, epochs_max=2.0)
MEMBERS = {"books": BOOKS, "web": WEB}


def test_a_blend_pays_each_member_for_its_share_and_every_fixed_part():
    blend = blended(MEMBERS, {"books": 0.25, "web": 0.75}, name="books+web")
    assert blend.name == "books+web"
    # 4e6 unique tokens: 5 + 1e6 of books at 2.0, 1 + 3e6 of the web at 0.5
    np.testing.assert_allclose(
        blend.text_cost(np.array([0.0, 4e6])).in_("usd"), [0.0, 5.0 + 2.0 + 1.0 + 1.5]
    )
    # 8e6 trained tokens, half of them the blend's
    assert blend.total_cost(np.array([8e6])).in_("usd")[0] == pytest.approx(9.5 + 0.8)


def test_a_blend_ends_where_its_scarcest_member_does():
    blend = blended(MEMBERS, {"books": 0.25, "web": 0.75})
    assert blend.supply.cap == pytest.approx(3e6 / 0.25)
    assert blend.epochs_max == 2.0
    assert blend.tokens_max == pytest.approx(12e6 * 2 / 0.5)
    np.testing.assert_allclose(blend.epochs(np.array([8e6, 48e6])), [1.0, 2.0])


def test_a_blend_of_one_member_is_that_source_and_no_share_pays_no_fixed_part():
    alone = blended(MEMBERS, {"books": 1.0, "web": 0.0}, name="books")
    tokens = np.geomspace(1e3, 2e7, 9)
    for currency in CURRENCIES:
        np.testing.assert_allclose(
            alone.total_cost(tokens).in_(currency), BOOKS.total_cost(tokens).in_(currency)
        )
    assert alone.tokens_max == BOOKS.tokens_max


def test_the_money_of_a_blend_buys_what_it_costs():
    blend = blended(MEMBERS, {"books": 0.5, "web": 0.5})
    tokens = np.array([1e5, 5e6, 2e7])
    spent = blend.total_cost(tokens).in_("usd")
    np.testing.assert_allclose(blend.tokens_at(spent * (1 + 1e-9), "usd"), tokens, rtol=1e-6)


@pytest.mark.parametrize(
    ("members", "shares", "said"),
    [
        (MEMBERS, {"books": 0.5, "news": 0.5}, '"news", which has no price: the prices are of'),
        (MEMBERS, {"books": 0.5, "web": 0.4}, "sum to 0.9: make them sum to 1"),
        (MEMBERS, {"books": 1.5, "web": -0.5}, 'share of -0.5 of "web"'),
        (MEMBERS, {}, "sum to 0"),
        (
            {"books": BOOKS, "both": blended(MEMBERS, {"books": 0.5, "web": 0.5}, name="both")},
            {"books": 0.5, "both": 0.5},
            'the blend "both" as a member: name its sources',
        ),
        (
            {"books": BOOKS, "web": licensed("web", fixed=0, per_million=1, cap=1, training=2e-7)},
            {"books": 0.5, "web": 0.5},
            "training costs differ",
        ),
    ],
)
def test_a_blend_that_cannot_be_is_refused_by_name(members, shares, said):
    with pytest.raises(StudyError) as raised:
        blended(members, shares, name="mix")
    assert '"mix"' in str(raised.value)
    assert said in str(raised.value)
