"""Which blend to run next."""

import pytest

import assay
from assay.allocation import proposed_blend

from .conftest import priced

LENGTH = 2.0**18
DRAWN = LENGTH / 2


def test_what_is_bought_of_several_sources_is_run_before_it_is_paid_for(market):
    cap = {"good": priced("good", cap=DRAWN / 4, epochs_max=1.0)}
    fits, prices = market({"good": 2.0, "fair": 2.1}, cap)
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert proposed_blend(found) == {
        "fair": pytest.approx(0.75, abs=0.01),
        "good": pytest.approx(0.25, abs=0.01),
    }


def test_replay_has_no_share_in_a_proposed_blend(market):
    caps = {name: priced(name, cap=DRAWN / 4, epochs_max=1.0) for name in ("good", "fair")}
    fits, prices = market({"good": 2.0, "fair": 2.1}, caps)
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert found.portions[0].source == "control"
    assert proposed_blend(found) == {
        "good": pytest.approx(0.5, abs=0.01),
        "fair": pytest.approx(0.5, abs=0.01),
    }


def test_one_source_is_tried_with_the_one_most_likely_to_help_it(market):
    """Blending may do most for the next best; a source that harms would need a miracle."""
    fits, prices = market({"good": 2.0, "fair": 2.05, "poor": 3.5})
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH)
    assert len(found.bought) == 1
    assert found.untried == proposed_blend(found)
    assert set(found.untried) == {"good", "fair"}
    assert sum(found.untried.values()) == 1.0


def test_a_pair_that_was_run_and_does_not_help_is_not_proposed_again(market):
    fits, prices = market({"good": 2.0, "fair": 2.05, "mix": 2.2})
    found = assay.allocate(
        fits, prices, anneal_tokens=LENGTH, blends={"mix": {"good": 0.5, "fair": 0.5}}
    )
    assert proposed_blend(found) == {}


def test_a_pair_that_cannot_be_paid_is_not_proposed(market):
    fits, prices = market({"good": 2.0, "fair": 2.05}, {"fair": priced("fair", fee=50.0)})
    found = assay.allocate(fits, prices, anneal_tokens=LENGTH, text_limit=10.0)
    assert proposed_blend(found) == {}
