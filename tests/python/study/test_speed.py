import json
import sys

import pytest

from assay.errors import MissingExtra
from assay.study import speed
from assay.study.layout import make_plan
from assay.study.speed import MachineSpeed, measure_speed


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(MissingExtra, "check", lambda *_: None)


@pytest.fixture
def tries(monkeypatch, installed):
    """Let a trial print what is given; return the jobs that were tried."""

    def prints(said):
        jobs, start = [], speed._start

        def started(command):
            jobs.append(json.loads(command[-1]))
            return start([sys.executable, "-c", said])

        monkeypatch.setattr(speed, "_start", started)
        return jobs

    return prints


def test_as_many_workers_as_there_will_be_are_tried_together(study, tries):
    plan, jobs = make_plan(study), tries("print(250.0)")
    assert measure_speed(study, plan, 2) == MachineSpeed(2, 500.0)
    assert len(jobs) == 2
    assert jobs[0]["builtin"]["hidden"] == 16
    assert (jobs[0]["batch_sequences"], jobs[0]["sequence_tokens"]) == (4, 16)
    assert measure_speed(study, plan, 100) == MachineSpeed(18, 18 * 250.0)  # no more than runs
    assert len(jobs) == 2 + 4


def test_a_trial_that_fails_is_said(study, tries):
    tries("raise SystemExit(1)")
    assert measure_speed(study, make_plan(study), 1) == MachineSpeed(1, None, "the trial failed")


def test_a_base_that_is_too_large_to_try_is_said(study, installed, monkeypatch):
    monkeypatch.setattr(speed, "_MOST_FLOPS", 1.0)
    found = measure_speed(study, make_plan(study), 1)
    assert found == MachineSpeed(1, None, "one update of this base takes a core too long to try")


def test_nothing_is_tried_where_training_is_not_installed(study, monkeypatch):
    def missing(*_):
        raise MissingExtra("no")

    monkeypatch.setattr(MissingExtra, "check", missing)
    found = measure_speed(study, make_plan(study), 1)
    assert found == MachineSpeed(1, None, "training is not installed here")
