"""The verdict in words, for each of the three legal answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.comparison import Comparison, GuardChange, Suggestion, Verdict
from assay.fitting import Flag
from assay.report.answer import Answer, answer_of
from assay.report.views import Report


def answer(report: Report, comparison: Comparison) -> Answer:
    return answer_of(comparison, report.gains[0].crossings)


def test_buy(report: Report, comparison: Comparison) -> None:
    said = answer(report, comparison)
    assert said.headline == "Buy near & dear: best at 4 USD in total, with probability >0.99."
    assert not any(line.startswith("Why") for line in said.details)
    assert said.kind == "buy"
    assert said.offered is not None
    assert said.offered.decided
    assert said.offered.bill == comparison.verdict.bill
    assert said.offered.purchase == comparison.purchases[0]
    assert said.helps == ()


def test_buy_nothing(report: Report, comparison: Comparison) -> None:
    assert comparison.verdict.bill is not None
    bill = replace(comparison.verdict.bill, source="control", unique=0.0)
    verdict = replace(comparison.verdict, source="control", bill=bill)
    said = answer(report, replace(comparison, verdict=verdict))
    assert said.kind == "buy nothing"
    assert said.offered is not None
    assert (said.offered.bill, said.offered.purchase) == (bill, None)


def test_run_these_next(report: Report, comparison: Comparison) -> None:
    run = Suggestion(
        source="far", tokens=524288.0, epochs=1.0, cost=2.5, benefit=0.1, benefit_per_cost=0.04
    )
    verdict = Verdict(
        kind="run-next", source="far", probability=0.6, reason="they are close", runs=(run,)
    )
    said = answer(report, replace(comparison, verdict=verdict))
    assert said.headline == "Not decided at 4 USD: next, anneal on far with 524k tokens (2.5 USD)."
    assert said.details[0] == "Why: they are close."
    assert said.runs == (run,)
    assert said.offered is not None
    assert not said.offered.decided
    assert said.offered.bill == comparison.purchases[1].bill


def test_tied(report: Report, comparison: Comparison) -> None:
    tied = ("near & dear", "far")
    verdict = replace(comparison.verdict, kind="tied", tied=tied, reason="they hardly differ")
    said = answer(report, replace(comparison, verdict=verdict))
    assert said.kind == "tied: take the cheaper"
    assert said.headline == "near & dear and far are tied at 4 USD: take near & dear, the cheapest."
    assert said.details[0] == "Why: they hardly differ."
    assert said.offered is not None
    assert said.offered.decided


def test_cannot_tell(report: Report, comparison: Comparison) -> None:
    verdict = Verdict(
        kind="cannot-tell", source=None, probability=0.0, reason="nothing gains", runs=()
    )
    said = answer(report, replace(comparison, verdict=verdict))
    assert said.headline == "Cannot tell which source to buy for 4 USD."
    assert "nothing gains" in said.details[0]
    assert said.offered is None
    assert said.helps == (
        "Decide at a larger size, or look for text that is within reach at this one.",
    )


def test_what_would_help_where_one_cannot_tell(report: Report, comparison: Comparison) -> None:
    verdict = replace(comparison.verdict, kind="cannot-tell")
    open_ = replace(comparison, verdict=verdict)
    purse, nearer, zone = answer(report, open_).helps
    assert purse.startswith("Raise the purse")
    assert nearer.startswith("Decide nearer to what was run")
    assert "least_gain" in zone
    assert len(answer(report, replace(open_, least_gain=0.01)).helps) == 2
    doubtful = replace(comparison.purchases[0], keeps_guard=0.6)
    kept = answer(report, replace(open_, purchases=(doubtful, *comparison.purchases[1:])))
    assert kept.helps[0].startswith("Give replay a larger share")
    failed = replace(comparison.sources[0], status="failed")
    (more,) = answer(report, replace(open_, sources=(failed,))).helps
    assert more == f"Run more budgets of {failed.source}, so that a law can be fitted."


def test_flags_of_the_chosen_source_are_caveats(report: Report, comparison: Comparison) -> None:
    flag = Flag("few-steps", "runs are short")
    sources = [
        replace(summary, flags=(flag,) if summary.source == "near & dear" else ())
        for summary in comparison.sources
    ]
    said = answer(report, replace(comparison, sources=tuple(sources)))
    assert "near & dear: runs are short." in said.caveats


@pytest.mark.parametrize(("rise", "warned"), [(0.5, True), (0.01, False), (-0.5, False)])
def test_forgetting_is_a_caveat_where_it_happens(
    report: Report, comparison: Comparison, rise: float, warned: bool
) -> None:
    change = GuardChange(
        evaluation="guard",
        source="near & dear",
        tokens=1000,
        loss=5.0,
        from_base=rise,
        from_control=None,
    )
    said = answer(report, replace(comparison, guards=(change,)))
    assert any("forget" in line for line in said.caveats) == warned


def test_no_back_test_is_a_caveat(report: Report, comparison: Comparison) -> None:
    said = answer(report, replace(comparison, backtest=None))
    assert any(line.startswith("No back-test") for line in said.caveats)


def test_rankings_that_differ_are_named(report: Report, comparison: Comparison) -> None:
    view = comparison.deciding
    assert view.single is not None
    losses = {"far": 4.0, "near & dear": 4.1}
    other = replace(view, single=replace(view.single, losses=losses))
    said = answer(report, replace(comparison, views=(other, *comparison.views[1:])))
    assert any("ranks far first, where the laws rank near & dear first" in d for d in said.details)


def test_a_source_too_dear_for_the_single_budget_is_named(
    report: Report, comparison: Comparison
) -> None:
    view = comparison.deciding
    assert view.single is not None
    other = replace(view, single=replace(view.single, losses={"far": 4.0, "control": 4.5}))
    said = answer(report, replace(comparison, views=(other, *comparison.views[1:])))
    assert any("(no run of near & dear is that cheap)" in line for line in said.details)


def test_earlier_looks_are_said(report: Report, comparison: Comparison) -> None:
    assert not any("looks" in line for line in answer(report, comparison).details)
    said = answer(report, replace(comparison, looks=3)).details[-1]
    assert said == "The bar for a verdict counts 3 looks at growing measurements."
