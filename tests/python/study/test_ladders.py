import numpy as np
import pytest

from assay.comparison.question import FixedAnneal, FixedSpend
from assay.sources import PricedSource, SupplyCurve, Tier
from assay.study.ladders import (
    DecidingPoint,
    SourceLadder,
    deciding_point,
    fewest_budgets,
    runs_of,
    source_rungs,
    within,
)
from assay.units import Cost, Quantity


def ladder(source, steps, *, fewest=2, epochs=1, fresh=False):
    return SourceLadder(
        source=source, steps=steps, fewest=fewest, epochs=epochs, fresh=fresh, own=False
    )


@pytest.mark.parametrize(
    ("reach", "rungs"),
    [
        (1000, (1, 2, 4, 8, 16)),
        (15, (1, 2, 4, 8)),
        (4, (1, 2, 4)),
    ],
)
def test_a_source_gets_the_rungs_that_it_can_fill(reach, rungs):
    assert source_rungs((1, 2, 4, 8, 16), reach, factor=2.0, need=3, least=1) == rungs


@pytest.mark.parametrize(
    ("reach", "least", "rungs"),
    [
        (150, 1, (38, 75, 150)),  # below the lowest of the study's rungs, by the same factor
        (60, 20, (20, 35, 60)),  # not below the warm-up: a finer factor
        (7, 5, (5, 6, 7)),
        (6, 5, ()),
        (4, 5, ()),
    ],
)
def test_a_source_that_fills_too_few_has_rungs_of_its_own(reach, least, rungs):
    assert source_rungs((100, 200, 400), reach, factor=2.0, need=3, least=least) == rungs


def test_the_control_stands_beside_every_budget_with_the_most_seeds():
    runs = list(runs_of([ladder("a", (1, 2)), ladder("b", (2, 3))], lambda rung: 2 - rung))
    assert runs == [
        ("control", 1, 0),
        ("a", 1, 0),
        ("control", 1, 1),
        ("a", 1, 1),
        ("control", 2, 0),
        ("a", 2, 0),
        ("b", 2, 0),
        ("control", 2, 1),
        ("b", 2, 1),
        ("control", 3, 0),
        ("b", 3, 0),
    ]


def test_the_highest_rungs_of_all_sources_are_left_out_first():
    ladders = [ladder("a", (1, 2, 4, 8)), ladder("b", (1, 2, 4)), ladder("c", (10, 20, 30))]

    def cost(kept):
        return sum(sum(each.steps) for each in kept)

    def left(amount):
        kept = within(ladders, amount, cost)
        return None if kept is None else [each.steps for each in kept]

    assert left(82) == [(1, 2, 4, 8), (1, 2, 4), (10, 20, 30)]
    assert left(81) == [(1, 2, 4, 8), (1, 2, 4), (10, 20)]  # rungs that `c` needs stay
    assert left(51) == [(1, 2, 4), (1, 2, 4), (10, 20)]
    assert left(36) == [(1, 2), (1, 2), (10, 20)]
    assert left(35) is None


def test_the_second_seed_of_the_two_lowest_rungs_stays_fresh():
    repeated = ladder("a", (1, 2, 4), epochs=3, fresh=True)
    assert [repeated.epochs_of(steps, 0) for steps in (1, 2, 4)] == [3, 3, 3]
    assert [repeated.epochs_of(steps, 1) for steps in (1, 2, 4, 8)] == [1, 1, 3, 3]
    assert repeated.epochs_of(1, 2) == 3
    assert ladder("a", (1, 2, 4), epochs=3).epochs_of(1, 1) == 3


def test_a_law_needs_a_budget_for_each_parameter():
    assert [fewest_budgets(law) for law in ("auto", "power", "repetition")] == [3, 3, 4]


def test_where_a_study_decides_about_a_source():
    source = PricedSource(
        name="a",
        supply=SupplyCurve(Cost(usd=10.0), (Tier(1000.0, Cost()),), 1000.0),
        training_per_token=Cost(usd=0.01),
        candidate_share=0.5,
        epochs_max=4.0,
    )
    assert deciding_point(FixedAnneal(6000.0), source) == DecidingPoint(6000.0, 3.0)
    assert deciding_point(FixedAnneal(8001.0), source) is None
    spend = deciding_point(FixedSpend(Quantity(50.0, "usd")), source)
    np.testing.assert_allclose([spend.tokens, spend.epochs], [4000.0, 2.0], rtol=1e-9)
    assert deciding_point(FixedSpend(Quantity(9.0, "usd")), source) is None
