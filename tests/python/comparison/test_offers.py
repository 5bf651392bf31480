import numpy as np
import pytest

from assay.comparison.offers import Offer, measured_costs

LAW = (2.0, 2.0, 0.3)


def test_a_cost_buys_tokens_and_their_loss(fitted, price):
    offer = Offer(fitted("a", LAW), price("a", data=2.0))
    field = offer.at(np.array([2e-6 * 2.0**16]), "usd")
    assert field.tokens[0] == pytest.approx(2.0**16), "half the tokens are candidates at 2 each"
    assert field.loss[0] == pytest.approx(4.0)
    assert field.draws.shape == (400, 1)


def test_costs_that_buy_less_than_half_the_smallest_budget_are_out_of_reach(fitted, price):
    offer = Offer(fitted("a", LAW), price("a", fixed=2.0**15))
    field = offer.at(1e-6 * 2.0 ** np.array([14, 15.1, 15.4]), "usd")
    assert field.reached.tolist() == [False, False, True]
    assert np.isnan(field.loss[:2]).all()
    assert np.isnan(field.draws[:, :2]).all()


def test_a_source_that_runs_out_is_spent_no_further(fitted, price):
    offer = Offer(fitted("a", LAW), price("a", cap=2.0**14))
    field = offer.at(1e-6 * 2.0 ** np.array([15, 18, 20]), "usd")
    np.testing.assert_allclose(field.epochs, [1.0, 8.0, 8.0])
    assert field.loss[1] == pytest.approx(field.loss[2])


def test_measured_costs_are_those_of_the_budgets(fitted, price):
    cost, means = measured_costs(Offer(fitted("a", LAW), price("a", data=2.0)), "flops")
    np.testing.assert_allclose(cost, 2e7 * 2.0 ** np.arange(14, 19))
    assert means[2] == pytest.approx(4.0)


def test_repeats_that_no_run_made_count_for_nothing_in_a_law_that_does_not_read_them(fitted, price):
    """Of 2^18 tokens half are of the source, which has 2^15: the other three passes are unknown."""
    offer = Offer(fitted("a", (2.0, 1.0, 0.5)), price("a", cap=2.0**15))
    x = offer.predictors(np.array([2.0**18]))
    assert x["epochs"] == pytest.approx([4.0])
    assert x["tokens"] == pytest.approx([2.0**16])
