"""Allocations as people and programs read them."""

import json

import pytest

import assay
from assay.errors import DataError

from .conftest import TRAINING, priced

LENGTH = 2.0**18
DRAWN = LENGTH / 2


@pytest.fixture
def found(market):
    cap = {"good": priced("good", each=TRAINING, cap=DRAWN / 4, epochs_max=1.0)}
    fits, prices = market({"good": 2.0, "fair": 2.1}, cap)
    return assay.allocate(fits, prices, anneal_tokens=LENGTH)


def test_the_table_names_what_to_buy_and_what_it_comes_to(found):
    lines = str(found).splitlines()
    assert lines[0] == "allocation at an anneal of 262k tokens: fair 75%, good 25%"
    assert lines[3].split() == ["source", "share", "unique", "tokens", "epochs", "text"]
    assert lines[4].split() == ["fair", "75.0%", "98.3k", "1.0", "0", "USD"]
    assert lines[5].split()[:2] == ["good", "25.0%"]
    assert len({len(line) for line in lines[3:6]}) == 1
    assert "262k trained tokens" in lines[6]
    assert any(
        line.startswith("gain over control, less what the money for text could do instead: +0.9")
        for line in lines
    )
    assert any(line.startswith("best single source: fair, 131k unique tokens") for line in lines)
    assert any(line.startswith("buying it alone gives up +0.0") for line in lines)
    assert any(line.startswith("assumed: no blend was run of good with fair") for line in lines)


def test_replay_stands_in_the_table_under_its_name(market):
    fits, prices = market({"good": 2.0}, {"good": priced("good", cap=DRAWN / 2, epochs_max=1.0)})
    text = str(assay.allocate(fits, prices, anneal_tokens=LENGTH, text_limit=3.0))
    assert "control (replay)  50.0%" in text
    assert text.startswith("allocation at an anneal of 262k tokens with at most 3 USD for text: ")
    assert "good, 65.5k unique tokens in 50% of the candidate part" in text


def test_a_total_cost_is_named_and_so_is_buying_nothing(market):
    fits, prices = market({"dear": 2.95}, {"dear": priced("dear", each=100 * TRAINING)})
    text = str(assay.allocate(fits, prices, at="0.3 USD"))
    assert text.startswith("allocation at 0.3 USD: buy nothing\n")
    assert "best single source: none pays, and replay alone is as good" in text


def test_an_allocation_survives_a_trip_through_json(found):
    assert assay.Allocation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_what_is_no_allocation_is_named(found):
    values = found.to_dict()
    del values["portions"]
    with pytest.raises(DataError, match=r"not an allocation: portions: .*: allocate again"):
        assay.Allocation.from_dict(values)


def test_without_a_control_the_loss_is_told(market):
    fits, prices = market({"good": 2.0, "poor": 2.5}, control=None)
    text = str(assay.allocate(fits, prices, anneal_tokens=LENGTH))
    assert "predicted loss 2.7071 nats per token" in text
    assert "gain" not in text.split("gives up")[0].replace(
        "one source is enough: no blend is expected to gain more", ""
    )
