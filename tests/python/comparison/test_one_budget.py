import pytest

from assay.comparison.one_budget import single_budget

LAWS = {"early": (3.0, 1.0, 0.6), "late": (1.0, 3.4, 0.2), "control": (4.0, 0.8, 0.1)}


def test_measured_losses_rank_at_the_largest_common_cost(offers):
    built, _, _ = offers(LAWS, data={"late": 6.0})
    single = single_budget(built, "usd", at=1.0)
    assert single.cost == pytest.approx(1e-6 * 2.0**18), "late was measured up to four times that"
    assert list(single.losses) == ["early", "late", "control"]
    assert single.losses["late"] == pytest.approx(1 + 3.4, rel=1e-6), "at 2^16 tokens of late"


def test_no_more_is_spent_than_the_deciding_cost(offers):
    built, _, _ = offers(LAWS)
    single = single_budget(built, "usd", at=1e-6 * 2.0**16.5)
    assert single.cost == pytest.approx(1e-6 * 2.0**16.5)
    between = 0.5 * (4.0 + 3 + 2**-0.6)
    assert single.losses["early"] == pytest.approx(between), "half way in log cost"


def test_sources_first_measured_above_the_cost_are_left_out(offers):
    built, _, _ = offers(LAWS, data={"late": 1000.0})
    assert set(single_budget(built, "usd", at=0.25).losses) == {"early", "control"}
    assert single_budget(built, "usd", at=1e-6) is None
