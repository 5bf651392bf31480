"""The worth of a text at one total cost: the price at which the best alternative is as good."""

import numpy as np
import pytest

from assay.comparison.fixed_spend import SpendSetting
from assay.units import Quantity

LAWS = {"good": (2.0, 1.0, 0.5), "poor": (2.0, 1.6, 0.5), "control": (2.0, 2.0, 0.5)}
AT = 1e-6 * 2.0**18
"""Pays for 2^18 tokens of training, at a millionth of a dollar each."""


def setting(offers, **options):
    built, _, _ = offers(LAWS, spread=0.0, **options)
    return SpendSetting(built, Quantity(AT, "usd"))


def test_a_free_text_is_worth_what_training_to_the_alternatives_loss_leaves(offers):
    """The loss of poor, 1.6 (T/t)^-.5 over the floor, takes good T / 1.6^2 tokens."""
    here = setting(offers)
    worth = here.worth("good", here.scores["poor"])
    assert worth.total == pytest.approx(AT * (1 - 1 / 1.6**2), rel=1e-3)
    assert worth.per_token == pytest.approx(1e-6 * (1.6**2 - 1) / 0.5, rel=1e-3)


def test_at_the_price_per_token_that_it_is_worth_a_source_is_as_good_as_the_alternative(offers):
    here = setting(offers)
    each = float(here.worth("good", here.scores["poor"]).per_token[0]) / 1e-6
    dear = setting(offers, data={"good": each})
    assert dear.here["good"].loss[0] == pytest.approx(dear.here["poor"].loss[0], rel=1e-4)


def test_a_text_that_does_not_reach_the_target_for_free_is_worth_nothing(offers):
    here = setting(offers)
    assert here.worth("poor", here.scores["good"]).total.max() == 0.0


def test_the_bill_adds_up_to_the_total_cost(offers):
    bill = setting(offers, data={"good": 3.0}).bills["good"]
    assert bill.unique == pytest.approx(0.5 * bill.tokens)
    assert bill.text["usd"] == pytest.approx(3e-6 * bill.unique)
    assert bill.total("usd") == pytest.approx(AT)
    assert bill.epochs == 1.0


def test_out_of_reach_has_no_bill_and_scores_infinite(offers):
    here = setting(offers, data={"good": 1e5})
    assert "good" not in here.bills
    assert np.isinf(here.scores["good"]).all()
