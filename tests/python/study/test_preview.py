import pytest

from assay.ledger import DONE
from assay.study.layout import make_plan
from assay.study.preview import preview
from assay.study.speed import MachineSpeed


@pytest.fixture
def long(study, change):
    """The study as a question about an anneal of 3,600 tokens: 2,700 of its source, 902 at most."""
    return change(study, 'budget = "4 USD"', "anneal_tokens = 3600")


def row(shown, name):
    return next(row for row in shown.rows if row["source"] == name)


def test_the_preview_adds_up_and_prices_what_is_bought(study):
    plan = make_plan(study)
    shown = preview(study, plan)
    assert shown.runs == len(plan.specs)
    assert shown.tokens == sum(row["tokens"] for row in shown.rows)
    small = row(shown, "small")
    flops = 6 * plan.base.params + 12 * 1 * 16 * 16
    assert small["flops"] == pytest.approx(flops * small["tokens"])
    hours = flops * small["tokens"] / (1e9 * 0.4 * 3600)
    assert small["usd"] == pytest.approx(hours * 2.0 + 1.0 + small["unique"] * 10.0 / 1e6)
    for currency in ("usd", "flops", "gpu_hours"):
        assert shown.cost[currency] == pytest.approx(sum(each[currency] for each in shown.rows))
    assert shown.hours == pytest.approx(flops * shown.tokens / (1e9 * 0.4 * 3600))
    total = next(line for line in str(shown).splitlines() if line.startswith("total"))
    assert total.split()[:3] == ["total", "18", f"{shown.tokens:,}"]


def test_runs_that_are_finished_are_counted_and_their_cost_is_taken_off(study):
    plan = make_plan(study)
    assert preview(study, plan).done["runs"] == 0
    assert "done:" not in str(preview(study, plan))
    for spec in plan.specs[:3]:
        study.output.run(spec.key).mkdir(parents=True)
        (study.output.run(spec.key) / DONE).touch()
    shown = preview(study, plan)
    assert {spec.source for spec in plan.specs[:3]} == {"control", "big", "small"}
    assert (shown.done["runs"], shown.done["tokens"]) == (3, 3 * 256)
    assert 1.0 < shown.done["usd"] < shown.cost["usd"]  # the fixed price of `small` is paid
    assert "done: 3 of 18 runs, 768 tokens, 1 USD, " in str(shown)


def test_the_deciding_point_is_set_against_the_largest_run(long):
    shown = preview(long, make_plan(long))
    big, small = shown.points
    assert (big["largest"], big["there"], big["times"]) == (1024, 3600, 3600 / 1024)
    assert big["error"] == pytest.approx(0.02 * 0.546, rel=1e-3)
    assert (small["epochs_there"], small["run_epochs"]) == (pytest.approx(2700 / 902), 3)
    lines = str(shown).splitlines()
    at = next(i for i, line in enumerate(lines) if "to decide on an anneal of 3,600 tokens" in line)
    assert lines[at + 1].split() == ["big", "1,024", "3,600", "3.52x", "1.1%", "1.0", "1"]
    assert lines[at + 2].split() == ["small", "1,024", "3,600", "3.52x", "1.1%", "3.0", "3"]
    assert "about 2% of the loss for every factor of ten" in lines[at + 3]


def test_what_is_out_of_reach_and_what_the_purse_does_not_pay_for_is_said(long, change):
    longer = change(long, "anneal_tokens = 3600", 'anneal_tokens = "20k"\npilot = "1.012 USD"')
    shown = preview(longer, make_plan(change(longer, "to = 1024\nseeds = [3, 2, 1]", "seeds = 1")))
    assert shown.points[1]["there"] is None
    said = str(shown)
    assert "small: out of reach, its text and epochs_max do not last so long" in said
    assert "the purse of 1.01 USD does not pay for budgets of " in said
    assert shown.cost["usd"] <= 1.012


def test_the_time_on_this_machine_counts_base_and_evaluation(study):
    plan = make_plan(study)
    assert preview(study, plan).machine is None
    machine = preview(study, plan, MachineSpeed(2, 1000.0)).machine
    read = 2 * 128 * 16 * (len(plan.specs) + 1)
    trained = sum(spec.tokens for spec in plan.specs)
    seconds = (trained + read / 3) / 1000.0 + 2560 / 1000.0
    assert machine["hours"] == pytest.approx(seconds / 3600)
    shown = preview(study, plan, MachineSpeed(2, 1000.0))
    assert f"about {seconds / 60:.2g} minutes for what is left" in str(shown)
    assert "2 workers that trained 1,000 tokens a second just now" in str(shown)


def test_a_speed_that_was_not_measured_is_not_made_up(study):
    shown = preview(
        study, make_plan(study), MachineSpeed(2, None, "training is not installed here")
    )
    assert "its speed was not measured, training is not installed here" in str(shown)
    assert "hours" not in shown.machine


def test_a_study_with_a_purse_says_what_it_starts_with(long, change):
    four = change(long, "to = 1024\nseeds = [3, 2, 1]", "to = 2048\nseeds = 2")
    assert preview(four, make_plan(four)).first is None
    pursed = change(four, "anneal_tokens = 3600", 'anneal_tokens = 3600\npilot = "9 USD"')
    plan = make_plan(pursed)
    budgets = {(s.source, s.tokens) for s in plan.first}
    # `small` repeats and needs four budgets to tell; the control stands beside each
    four_rungs = [256, 512, 1024, 2048]
    assert budgets == {
        *(("big", tokens) for tokens in four_rungs[:3]),
        *((name, tokens) for name in ("small", "control") for tokens in four_rungs),
    }
    shown = preview(pursed, plan)
    assert shown.first["runs"] == len(plan.first) == 22
    assert 1.0 < shown.first["usd"] < shown.cost["usd"]
    assert "step by step: starts with 22 runs for 1.0" in str(shown)
    assert "and chooses the others within 9 USD" in str(shown)
