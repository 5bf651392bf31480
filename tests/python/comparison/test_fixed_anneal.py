"""An anneal of one length: how much text to buy, and what it is worth beside longer training."""

from dataclasses import replace

import numpy as np
import pytest

from assay.comparison import compare
from assay.comparison.fixed_anneal import AnnealSetting
from assay.comparison.offers import Offer
from assay.errors import FitError
from assay.fitting.points import Points

LAWS = {"good": (2.0, 1.0, 0.5), "poor": (2.0, 1.6, 0.5), "control": (2.0, 2.0, 0.5)}
LENGTH = 2.0**18
TRAINING = 1e-6 * LENGTH


def setting(offers, laws=LAWS, **options):
    built, _, _ = offers(laws, spread=0.0, **options)
    return AnnealSetting(built, LENGTH, "usd")


def test_a_text_is_worth_what_annealing_the_alternative_longer_would_cost(offers):
    """The control is the steepest there: 2^2 times the tokens would give it the loss of good."""
    only = {name: LAWS[name] for name in ("good", "control")}
    here = setting(offers, only)
    worth = here.worth("good", here.scores["control"])
    assert worth.total == pytest.approx(3 * TRAINING, rel=0.02)
    assert worth.per_token == pytest.approx(3 * TRAINING / (0.5 * LENGTH), rel=0.02)


def test_a_source_whose_text_costs_what_it_is_worth_scores_like_the_alternative(offers):
    only = {name: LAWS[name] for name in ("good", "control")}
    here = setting(offers, only, data={"good": 6.0})
    assert here.bills["good"].text["usd"] == pytest.approx(3 * TRAINING)
    assert here.scores["good"] == pytest.approx(here.scores["control"], abs=2e-3)


def test_a_gain_beyond_any_training_makes_any_price_worth_paying(offers):
    here = setting(offers, {"good": (1.0, 1.0, 0.5), "control": (2.0, 2.0, 0.5)})
    assert np.isinf(here.worth("good", here.scores["control"]).total).all()


def test_a_source_too_small_for_the_length_is_out_of_reach(fitted, price):
    """Eight epochs of 10,000 tokens are less than half of 2^18."""
    offer = Offer(fitted("small", (2.0, 1.0, 0.5)), price("small", cap=10_000.0))
    here = AnnealSetting({"small": offer}, LENGTH, "usd")
    assert here.bills == {}
    assert np.isinf(here.scores["small"]).all()


def repeated(fitted, returns, name="books"):
    """Build a law of repetition with runs of one to eight epochs."""
    fit = fitted(name, (2.0, 1.0, 0.5))
    params = {"E": 2.0, "A": 2.0**8, "alpha": 0.5, "R": returns}
    member = replace(
        fit.lead,
        law="repetition",
        x=("tokens", "epochs"),
        params=params,
        draws=np.tile(list(params.values()), (len(fit.draws), 1)),
    )
    epochs = np.array([1.0, 2.0, 4.0, 8.0, 8.0])
    columns = {"tokens": fit.points.columns["tokens"], "epochs": epochs}
    points = Points(name, columns, fit.points.y, fit.points.run)
    return replace(fit, members=(member,), points=points)


@pytest.mark.parametrize(
    ("each", "returns", "epochs"),
    [
        (0.0, 5.0, 1.0),
        (3.0, 1e4, 8.0),
    ],
    ids=["free text is never repeated", "repeats as good as new"],
)
def test_the_price_of_text_decides_how_often_it_is_repeated(fitted, price, each, returns, epochs):
    offers = {
        "books": Offer(repeated(fitted, returns), price("books", data=each)),
        "control": Offer(fitted("control", LAWS["control"]), price("control", share=0.0)),
    }
    bill = AnnealSetting(offers, LENGTH, "usd").bills["books"]
    assert bill.epochs == pytest.approx(epochs)
    assert bill.unique == pytest.approx(0.5 * LENGTH / epochs)


def test_the_quantity_has_the_lowest_loss_plus_other_use_of_the_money(fitted, price):
    """By hand: the loss in effective tokens, and what the control would gain by the money."""
    offers = {
        "books": Offer(repeated(fitted, 5.0), price("books", data=1.0)),
        "control": Offer(fitted("control", LAWS["control"]), price("control", share=0.0)),
    }
    epochs = np.geomspace(1.0, 8.0, 2000)
    worth = (1.0 + 5.0 * (1.0 - np.exp(-(epochs - 1.0) / 5.0))) / epochs
    score = 0.5 * worth**-0.5 + (1.0 - (1.0 + 0.5 / epochs) ** -0.5)
    bill = AnnealSetting(offers, LENGTH, "usd").bills["books"]
    assert bill.epochs == pytest.approx(epochs[np.argmin(score)], rel=0.05)
    assert 1.5 < bill.epochs < 7.0


def test_a_middling_price_buys_some_text_and_repeats_the_rest(fitted, price):
    def epochs(each):
        offers = {
            "books": Offer(repeated(fitted, 5.0), price("books", data=each)),
            "control": Offer(fitted("control", LAWS["control"]), price("control", share=0.0)),
        }
        return AnnealSetting(offers, LENGTH, "usd").bills["books"].epochs

    rising = [epochs(each) for each in (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)]
    assert rising == sorted(rising)
    assert len(set(rising)) > 3


def test_the_question_reaches_the_verdict_and_its_bill(offers):
    _, fits, prices = offers(LAWS, data={"good": 0.5})
    found = compare(fits, cost=prices, anneal_tokens=LENGTH)
    assert (found.question, found.anneal_tokens) == ("anneal", LENGTH)
    assert (found.verdict.kind, found.verdict.source) == ("buy", "good")
    assert found.verdict.bill.tokens == LENGTH
    assert found.deciding.at == pytest.approx(found.verdict.bill.total("usd"))
    assert str(found).startswith("verdict at an anneal of 262k tokens: buy good\n")
    gain = found.purchases[0].gain
    assert gain.value == pytest.approx(0.5, rel=0.05), "over the control at the same length"


def test_a_price_above_the_worth_turns_the_verdict_to_nothing(offers):
    only = {name: LAWS[name] for name in ("good", "control")}
    _, fits, prices = offers(only, data={"good": 20.0})
    found = compare(fits, cost=prices, anneal_tokens=LENGTH)
    assert (found.verdict.kind, found.verdict.source) == ("buy", "control")
    assert str(found).startswith("verdict at an anneal of 262k tokens: buy nothing\n")
    assert found.purchases[0].pays == 0.0


def test_without_prices_the_length_is_the_amount(offers):
    _, fits, _ = offers(LAWS)
    found = compare(fits, anneal_tokens=LENGTH)
    assert (found.deciding.at, found.currency) == (LENGTH, "tokens")
    assert found.purchases == ()


def test_a_length_and_an_amount_contradict_each_other(offers):
    _, fits, prices = offers(LAWS)
    with pytest.raises(FitError, match="the total cost or the length can be fixed, not both"):
        compare(fits, at="40 USD", cost=prices, anneal_tokens=LENGTH)
