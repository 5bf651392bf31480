from dataclasses import replace

import pytest

from assay.comparison import Interval, Verdict, compare
from assay.comparison.words import up_to
from assay.units import Quantity

AT = Quantity(1e-6 * 2.0**18, "usd")


@pytest.fixture(scope="module")
def crossing(offers):
    laws = {"flat": (3.0, 1.0, 0.01), "steep": (1.0, 3.0, 0.3), "control": (4.5, 1, 0.1)}
    _, fits, prices = offers(laws, None)
    return compare(fits, at=AT, cost=prices)


def test_the_verdict_comes_first_in_plain_words(crossing):
    lines = str(crossing).splitlines()
    assert lines[0] == "verdict at 0.262 USD: buy steep"
    assert crossing.verdict.reason in lines[1]


def test_standings_orders_and_crossings_are_named(crossing):
    text = str(crossing)
    assert "order by the laws at this cost: steep > flat" in text
    assert "order measured at one budget" in text
    assert "flat and steep cross at 0.06" in text
    assert "above it, steep" in text


def test_a_source_dearer_than_the_single_budget_is_named(crossing):
    view = crossing.deciding
    losses = {"flat": 3.9, "control": 4.5}
    cheap = replace(view, single=replace(view.single, losses=losses))
    text = str(replace(crossing, views=(cheap, *crossing.views[1:])))
    assert "no run of steep is that cheap): flat > control" in text


@pytest.mark.parametrize(
    ("kind", "words"), [("run-next", "run these next"), ("cannot-tell", "cannot tell")]
)
def test_every_answer_has_its_words(crossing, kind, words):
    verdict = Verdict(kind=kind, source="flat", probability=0.5, reason="so it is", runs=())
    text = str(replace(crossing, verdict=verdict))
    assert text.startswith(f"verdict at 0.262 USD: {words}\n  so it is\n")


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        (Interval(22.0, 12.3, 40.0), "22 USD [12.3, 40]"),
        (Interval(2200.0, 1234.0, None), "2,200 USD [1,230, more]"),
        (Interval(None, 12.3, None), "more [12.3, more]"),
        (Interval(None, None, None), "any price"),
    ],
)
def test_a_highest_price_has_its_interval(worth, said):
    assert up_to(worth, "usd") == said
