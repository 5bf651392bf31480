"""A study's ``packing``: what its runs train on, and that another one makes other runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assay.anneal import executor
from assay.anneal.loader import run_mixture
from assay.anneal.protocol import Inputs
from assay.anneal.run import anneal
from assay.errors import Interrupted
from assay.ledger import read_result
from assay.records import REPLAY, RunSpec
from assay.study import Study, stages
from assay.study.plan import read_plan
from assay.study.train import anneal_study

PACKINGS = ("concatenate", "best-fit", "pad")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the study and its results are, from one test to the next."""
    return tmp_path_factory.mktemp("packing")


@pytest.fixture
def planned(
    folder: Path,
    packed_study: Callable[[Path, str], Study],
    change: Callable[[Study, str, str], Study],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Study]:
    """Plan the study with a packing, for an anneal as long as its runs, which repeat nothing."""
    monkeypatch.setenv("ASSAY_CACHE", str(folder / "cache"))

    def plan(packing: str) -> Study:
        asked = packed_study(folder, packing)
        study = change(asked, 'budget = "4 USD"', "anneal_tokens = 2048")
        stages.plan(study, stages.StageOptions(progress=False))
        return study

    return plan


def spec_of(study: Study) -> RunSpec:
    """The run of the source."""
    (spec,) = (spec for spec in read_plan(study).specs if spec.source == "notes")
    return spec


@pytest.mark.parametrize("packing", PACKINGS)
def test_runs_of_each_packing_are_trained_and_kept_beside_the_others(
    planned: Callable[[str], Study], monkeypatch: pytest.MonkeyPatch, packing: str
) -> None:
    study = planned(packing)
    anneal_study(study, workers=1, progress=False)
    results = [read_result(study.out / "runs" / spec.key) for spec in read_plan(study).specs]
    assert [result["status"] for result in results if result] == ["done", "done"]
    monkeypatch.delattr(executor._Pool, "fill")
    anneal_study(study, workers=1, progress=False)


def test_another_packing_is_another_run_with_other_weights(
    planned: Callable[[str], Study],
) -> None:
    specs = [spec_of(planned(packing)) for packing in PACKINGS]
    assert len({spec.key for spec in specs}) == len(PACKINGS)
    out = planned("concatenate").out
    results = [read_result(out / "runs" / spec.key) for spec in specs]
    assert len({result["weights_sha256"] for result in results if result}) == len(PACKINGS)


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_run_draws_whole_documents_unless_they_are_concatenated(
    planned: Callable[[str], Study], packing: str
) -> None:
    study = planned(packing)
    spec, inputs = spec_of(study), Inputs.read(study.out)
    mixture = run_mixture(spec, inputs.open_packings(["notes", REPLAY], packing, 32))
    assert mixture.separate == (packing != "concatenate")
    separator = inputs.open_stores(["notes"])["notes"].separator_id
    tokens = {"notes": 0, REPLAY: 0}
    for sequence in mixture:
        ends = np.cumsum(sequence.lengths)
        tokens[sequence.source] += int(ends[-1])
        if packing != "concatenate":
            split = max(sequence.lengths) == 32
            assert split or (sequence.tokens[ends - 1] == separator).all()
            assert len(ends) == 1 or packing == "best-fit"
    assert tokens[REPLAY] / sum(tokens.values()) == pytest.approx(0.25, abs=0.03)
    assert spec.candidate_tokens == pytest.approx(tokens["notes"], rel=0.03)


@pytest.mark.parametrize("packing", ["best-fit", "pad"])
def test_an_interrupted_packed_run_is_the_same_bit_for_bit(
    planned: Callable[[str], Study], tmp_path: Path, packing: str
) -> None:
    study = planned(packing)
    spec, inputs, stop = spec_of(study), Inputs.read(study.out), threading.Event()
    anneal_study(study, workers=1, progress=False)

    def on_step(step: int) -> None:
        if step == 2:
            stop.set()

    with pytest.raises(Interrupted, match="update 2 of 16"):
        anneal(spec, tmp_path, inputs, stop=stop, on_step=on_step)
    resumed = anneal(spec, tmp_path, inputs, stop=threading.Event(), on_step=lambda step: None)
    straight = read_result(study.out / "runs" / spec.key)
    assert straight is not None
    assert resumed["weights_sha256"] == straight["weights_sha256"]
