"""A study with a blend, from text to a decision, and a blend that is tried before it is bought."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assay.anneal.checks import check_inputs
from assay.anneal.loader import run_mixture
from assay.anneal.protocol import Inputs
from assay.anneal.run import anneal
from assay.evaluate import runs
from assay.evaluate.run import ChosenSets, EvaluationSet, measure_run
from assay.ledger import read_result
from assay.records import REPLAY, Measurement, RunSpec
from assay.study import Study, stages, train
from assay.study.measurements import read_measured
from assay.study.plan import read_plan
from assay.study.prices import planned_prices

_OPTIONS = stages.StageOptions(workers=1, progress=False)

_TABLES = """
[[source]]
name = "books"
path = "books.jsonl"
cost = { kind = "licensed", usd_per_million_tokens = 20.0 }
[[source]]
name = "web"
path = "web.jsonl"
cost = { kind = "raw" }
[[blend]]
name = "books+web"
shares = { books = 0.25, web = 0.75 }
[prepare]
near = false
decontaminate_ngram = 1000
[ladder]
from = 512
to = 2048
seeds = 1
[anneal]
sequence_tokens = 32
batch_sequences = 4
packing = "best-fit"
[fit]
law = "power"
resamples = 50
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("blended")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_CACHE", str(folder / "cache"))
        yield folder


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure in this process: another one would load torch again."""

    def measure(
        folders: Sequence[Path], sets: Sequence[EvaluationSet], *_: Any
    ) -> dict[Path, list[Measurement]]:
        return {folder: measure_run(folder, ChosenSets.choose(sets)) for folder in folders}

    monkeypatch.setattr(runs, "_in_processes", measure)


@pytest.fixture
def decided(environment: Path, prepared_study: Callable[..., Study], in_process: None) -> Study:
    """The study with all stages done, the same for every test."""
    words = {
        name: np.random.default_rng(seed).integers(1, 12, 120).tolist()
        for seed, name in enumerate(("target", "guard", "replay", "books", "web"))
    }
    study = prepared_study(environment, words, _TABLES)
    stages.plan(study, _OPTIONS)
    for stage in (stages.anneal, stages.evaluate, stages.fit, stages.compare):
        stage(study, _OPTIONS)
    return study


def test_a_blend_is_planned_trained_measured_fitted_and_compared_like_a_source(
    decided: Study,
) -> None:
    rows = [row for row in read_measured(decided).rows if row.source == "books+web"]
    assert sorted({row.tokens for row in rows}) == [512, 1024, 2048]
    comparison = stages.compare(decided, _OPTIONS)
    assert "books+web" in {one.source for one in comparison.purchases}
    bill = next(one.bill for one in comparison.purchases if one.source == "books+web")
    assert bill is not None
    books = planned_prices(decided)["books"].text_cost(np.array(0.25 * bill.unique)).in_("usd")
    assert bill.text["usd"] == pytest.approx(float(books)) == pytest.approx(0.0236, abs=2e-4)


def test_a_run_on_a_blend_draws_its_members_in_their_shares_and_whole_documents(
    decided: Study,
) -> None:
    spec = next(s for s in reversed(read_plan(decided).specs) if s.source == "books+web")
    result = read_result(decided.output.run(spec.key))
    assert result is not None
    assert result["status"] == "done"
    names = [each.name for each in spec.members]
    packings = Inputs.read(decided.out).open_packings([*names, REPLAY], "best-fit", 32)
    drawn = {"books": 0, "web": 0, REPLAY: 0}
    for sequence in run_mixture(spec, packings):
        drawn[sequence.source] += int(sequence.lengths.sum())
    candidate = drawn["books"] + drawn["web"]
    assert drawn["books"] / candidate == pytest.approx(0.25, abs=0.03)
    assert drawn[REPLAY] / sum(drawn.values()) == pytest.approx(0.25, abs=0.03)
    assert spec.candidate_tokens == pytest.approx(candidate, rel=0.03)


def test_a_chosen_blend_is_annealed_and_its_loss_stands_beside_the_prediction(
    decided: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anneal_all(out: Path, specs: Sequence[RunSpec], inputs: Inputs, *_: Any, **__: Any) -> None:
        check_inputs(specs, inputs)
        for spec in specs:
            folder = decided.output.run(spec.key)
            anneal(spec, folder, inputs, stop=threading.Event(), on_step=lambda step: None)

    monkeypatch.setattr(train, "anneal_all", anneal_all)
    found = stages.integrate(decided, _OPTIONS, {"books": 0.5, "web": 0.5})
    result = read_result(decided.output.run(found.runs[0]))
    assert result is not None
    assert found.tokens == 2048
    measured = {row.source: row.loss for row in read_measured(decided).rows if row.tokens == 2048}
    assert "integration" not in measured
    assert found.measured == pytest.approx(measured["web"], rel=0.05)
    assert found.lower < found.predicted < found.upper
    before = decided.output.integration.stat().st_mtime_ns
    assert stages.integrate(decided, _OPTIONS, {"books": 0.5, "web": 0.5}) == found
    assert decided.output.integration.stat().st_mtime_ns == before
