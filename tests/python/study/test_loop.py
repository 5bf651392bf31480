"""The loop, with anneals that are not trained: results follow known laws, with noise by seed."""

from dataclasses import replace

import numpy as np
import pytest

from assay.errors import MissingExtra, StudyError
from assay.fitting.random_streams import stream
from assay.ledger import Ledger
from assay.records import Measurement, write_measurements
from assay.study import stages
from assay.study.chosen import read_chosen, write_chosen
from assay.study.loop import first_step, next_step, run_loop, take_step
from assay.study.measurements import read_measured
from assay.study.plan import read_plan
from assay.study.prices import planned_prices
from assay.study.purse import made_runs, spent

_OPTIONS = stages.StageOptions(progress=False)
_GAINS = {"control": 0.0, "big": 0.16, "small": 0.15}


@pytest.fixture
def trained():
    """Runs that were trained, in order."""
    return []


@pytest.fixture
def stepwise(study, change, monkeypatch, trained):
    """Build a study with a purse whose anneals give ``2.5 - gain`` falling with the tokens."""

    def anneal(study, *_):
        specs = read_plan(study).specs
        with Ledger(study.output.ledger) as ledger:
            ledger.add(specs)
            while (spec := ledger.claim("me")) is not None:
                ledger.finish(spec.key, "me", {"status": "done"})
                trained.append(spec.key)

    def evaluate(study, *_):
        rows = [_row(spec, role) for spec in read_plan(study).specs for role in ("target", "guard")]
        write_measurements(study.output.measurements, rows)

    monkeypatch.setattr("assay.study.stages.anneal_study", anneal)
    monkeypatch.setattr("assay.study.stages.evaluate_study", evaluate)
    monkeypatch.setattr("assay.study.stages.write_report", lambda study: study.output.report)
    monkeypatch.setattr(MissingExtra, "check", lambda *_: None)

    def build(purse="40 USD", budget="4 USD"):
        changed = change(study, "[ladder]", '[fit]\nresamples = 200\nlaw = "power"\n[ladder]')
        return change(changed, 'budget = "4 USD"', f'budget = "{budget}"\npilot = "{purse}"')

    return build


def _row(spec, role):
    """Measure a run: a floor, a fall with the tokens, the gain of its source, noise of .004."""
    noise = stream(spec.seed, spec.source, str(spec.tokens), role).standard_normal()
    loss = 2.5 + (spec.tokens / 256) ** -0.4 - _GAINS[spec.source]
    return Measurement(
        run=spec.key,
        source=spec.source,
        tokens=spec.tokens,
        candidate_tokens=spec.candidate_tokens,
        unique_tokens=spec.unique_tokens,
        epochs=spec.epochs,
        steps=spec.steps,
        seed=spec.seed,
        evaluation=role,
        role=role,
        evaluation_sha256=role * 8,
        loss=loss * (1 + 0.004 * noise),
        loss_se=0.02,
        bits_per_byte=1.0,
        top1=0.3,
        windows=4,
        eval_tokens=64,
        eval_bytes=256,
    )


def test_the_loop_spends_until_the_verdict_is_no_longer_to_run(stepwise, trained):
    said = []
    study = stepwise()
    comparison = run_loop(study, _OPTIONS, said.append)
    assert comparison.verdict.kind != "run-next"
    cost = spent(read_measured(study).rows, planned_prices(study), "usd")
    assert cost <= 40.0
    assert len(trained) == len(set(trained)), "no run is made twice"
    assert any(line.startswith("run ") and "less risk of a wrong choice" in line for line in said)
    assert any("of 40 USD spent" in line for line in said)
    assert comparison.looks == sum("of 40 USD spent" in line for line in said)


def test_a_step_more_goes_on_from_what_is_there(stepwise, trained):
    study = stepwise()
    first = take_step(study, _OPTIONS, lambda _: None)
    began = len(trained)
    assert read_chosen(study) == ()
    assert first.looks == 1
    planned = next_step(study, first)
    assert planned.runs, first.verdict
    assert len(planned.lines) <= len(planned.runs)
    second = take_step(replace(study), _OPTIONS, lambda _: None)
    assert set(read_chosen(study)) == set(planned.runs)
    assert len(trained) == began + len(planned.runs)
    assert second.looks == 2


def test_a_stop_before_the_chosen_runs_are_made_chooses_no_others(stepwise, trained, monkeypatch):
    study = stepwise()
    take_step(study, _OPTIONS, lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr("assay.study.stages.anneal_study", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            take_step(study, _OPTIONS, lambda _: None)
    chosen = read_chosen(study)
    assert chosen
    take_step(replace(study), _OPTIONS, lambda _: None)
    assert read_chosen(study) == chosen


def _interrupted(*_):
    raise KeyboardInterrupt


def test_runs_of_a_whole_grid_are_taken_over(stepwise, trained):
    study = stepwise()
    grid = study.with_purse("1000 USD")
    stages.run(grid, _OPTIONS, lambda _: None)
    before = {(spec.source, spec.tokens, spec.seed) for spec in read_plan(grid).specs}
    take_step(grid, _OPTIONS, lambda _: None)
    assert before <= {(run.source, run.tokens, run.seed) for run in read_chosen(grid)}
    assert len(trained) == len(set(trained)), "no run is made twice"


def test_a_purse_below_the_smallest_plan_is_refused_before_anything_is_run(stepwise, trained):
    with pytest.raises(StudyError, match=r'\[study\] pilot "0.001 USD" is below'):
        run_loop(stepwise("0.001 USD"), _OPTIONS, lambda _: None)
    assert trained == []


def test_another_purse_on_the_command_line_has_the_currency_of_the_study(stepwise):
    study = stepwise()
    assert study.with_purse("7 USD").file.study.purse.amount == 7.0
    with pytest.raises(StudyError, match="is not in the currency"):
        study.with_purse("7 FLOPs")


def test_seeds_of_chosen_runs_are_new(stepwise):
    study = stepwise()
    comparison = take_step(study, _OPTIONS, lambda _: None)
    runs = next_step(study, comparison).runs
    known = {(spec.source, spec.tokens, spec.seed) for spec in read_plan(study).specs}
    assert not known & {(run.source, run.tokens, run.seed) for run in runs}
    assert len(set(runs)) == len(runs)
    assert np.all([run.tokens % 64 == 0 for run in runs])


def test_runs_that_the_plan_no_longer_wants_stay_paid(stepwise):
    study = stepwise()
    comparison = take_step(study, _OPTIONS, lambda _: None)
    before = comparison.verdict
    take_step(study, _OPTIONS, lambda _: None)
    every = spent(made_runs(study), planned_prices(study), "usd")
    write_chosen(study, ())
    take_step(study, _OPTIONS, lambda _: None)
    assert before.runs
    assert spent(made_runs(study), planned_prices(study), "usd") >= every


def test_a_study_that_is_only_prepared_says_with_what_it_begins(stepwise):
    study = stepwise()
    shown = first_step(study, _OPTIONS)
    assert shown.runs > 0
    assert read_chosen(study) is None
