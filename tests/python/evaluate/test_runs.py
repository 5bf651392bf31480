"""The stage: every finished run is measured once, and what is kept is found again."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import torch
from transformers import PreTrainedModel

from assay.errors import DataError, Interrupted, StudyError
from assay.evaluate import runs
from assay.evaluate.manifest import read_manifest
from assay.evaluate.pairs import run_difference
from assay.evaluate.run import ChosenSets, EvaluationSet, evaluate_run
from assay.evaluate.runs import evaluate_runs
from assay.evaluate.statistics import Estimate
from assay.files import write_json
from assay.records import RunSpec, read_measurements


@pytest.fixture
def sets(tmp_path: Path, store: Path, write_store) -> list[EvaluationSet]:
    guard = write_store(tmp_path / "guard", [30, 50, 20], seed=2)
    return [
        EvaluationSet(name="target", role="target", store=store, windows=8, window_tokens=16),
        EvaluationSet(name="guard", role="guard", store=guard, windows=5, window_tokens=16),
    ]


@pytest.fixture
def plan(make_spec: Callable[..., RunSpec]) -> list[RunSpec]:
    return [make_spec("docs"), make_spec("control"), make_spec("docs", seed=1), make_spec("late")]


@pytest.fixture
def out(tmp_path: Path, plan: list[RunSpec], make_llama: Callable[..., PreTrainedModel]) -> Path:
    """Return a study with a base, two finished runs, one that diverged, and one not done."""
    out = tmp_path / "study.assay"
    make_llama().save_pretrained(out / "base")
    for i, spec in enumerate(plan):
        folder = out / "runs" / spec.key
        write_json(folder / "run.json", spec.to_dict())
        if i < 2:
            make_llama(i + 1).save_pretrained(folder)
        if i < 3:
            write_json(folder / "result.json", {"status": "done" if i < 2 else "diverged"})
            (folder / "DONE").touch()
    return out


def _count_runs(monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    calls = []

    def in_this_process(folders, sets, workers, progress):
        calls.append(list(folders))
        return {folder: evaluate_run(folder, sets) for folder in folders}

    monkeypatch.setattr(runs, "_in_processes", in_this_process)
    return calls


def test_measures_base_and_finished_runs_in_processes(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet]
) -> None:
    environment = dict(os.environ)
    found = evaluate_runs(out, plan, sets, workers=2, progress=False)
    assert dict(os.environ) == environment
    rows = [("base", "target"), ("base", "guard")]
    rows += [(spec.key, name) for spec in plan[:2] for name in ("target", "guard")]
    assert [(m.run, m.evaluation) for m in found] == rows
    assert read_measurements(out / "measurements.parquet") == found
    # One process of many, or this one with what it has loaded: the same bits.
    for folder in (out / "base", out / "runs" / plan[0].key):
        of_folder = [m for m in found if m.run == folder.name]
        assert evaluate_run(folder, sets) == of_folder
    assert len({m.loss for m in found}) == len(found)


def test_a_process_chooses_the_windows_once(
    out: Path, sets: list[EvaluationSet], plan: list[RunSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, choose = [], ChosenSets.choose
    monkeypatch.setattr(ChosenSets, "choose", lambda each: chosen.append(each) or choose(each))
    folders = [out / "base", *(out / "runs" / spec.key for spec in plan[:2])]
    found = [runs._measure(folder, tuple(sets)) for folder in folders]
    assert chosen == [tuple(sets)]
    assert found == [evaluate_run(folder, sets) for folder in folders]


def test_measurement_tells_what_was_trained_and_measured(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet]
) -> None:
    target, guard = evaluate_run(out / "runs" / plan[0].key, sets)
    assert (target.source, target.tokens, target.seed, target.steps) == ("docs", 256, 0, 8)
    assert (target.candidate_tokens, target.unique_tokens, target.epochs) == (192, 96, 2.0)
    assert (target.role, guard.role) == ("target", "guard")
    assert target.evaluation_sha256 != guard.evaluation_sha256
    assert (target.windows, guard.windows) == (8, 5)
    base = evaluate_run(out / "base", sets)[0]
    assert (base.run, base.source, base.tokens, base.epochs) == ("base", "base", 0, 1.0)
    table = pq.read_table(out / "runs" / plan[0].key / "windows.parquet").to_pylist()
    assert [row["evaluation"] for row in table] == ["target"] * 8 + ["guard"] * 5
    of_target = [row for row in table if row["evaluation"] == "target"]
    assert sum(row["tokens"] for row in of_target) == target.eval_tokens
    assert sum(row["nll"] for row in of_target) == pytest.approx(target.loss * target.eval_tokens)


def test_what_is_measured_is_kept(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _count_runs(monkeypatch)
    first = evaluate_runs(out, plan[:1], sets)
    assert evaluate_runs(out, plan[:1], sets) == first
    whole = evaluate_runs(out, plan, sets)
    assert whole[: len(first)] == first
    folders = [out / "base", *(out / "runs" / spec.key for spec in plan[:2])]
    assert calls == [folders[:2], folders[2:]]


def test_other_windows_are_measured_again(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _count_runs(monkeypatch)
    first = evaluate_runs(out, plan, sets)
    changed = [sets[0], EvaluationSet(**{**vars(sets[1]), "windows": 4})]
    second = evaluate_runs(out, plan, changed)
    assert len(calls) == 2
    assert [m.loss for m in first[::2]] == [m.loss for m in second[::2]]
    assert all(
        a.evaluation_sha256 != b.evaluation_sha256
        for a, b in zip(first[1::2], second[1::2], strict=True)
    )


def test_interrupted_it_says_how_to_go_on(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ctrl_c(futures):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "as_completed", ctrl_c)
    with pytest.raises(Interrupted, match="stopped with 0 of 3 runs measured: run the same"):
        evaluate_runs(out, plan, sets, workers=1, progress=False)
    assert not (out / "measurements.parquet").exists()


def test_run_with_broken_weights_is_named(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet], make_llama
) -> None:
    folder = out / "runs" / plan[0].key
    model = make_llama()
    with torch.no_grad():
        model.model.norm.weight[0] = torch.nan
    model.save_pretrained(folder)
    with pytest.raises(DataError, match=f"{plan[0].key} cannot be measured: hidden has values"):
        evaluate_run(folder, sets)
    assert not (folder / "windows.parquet").exists()


def test_damaged_windows_are_an_error(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet]
) -> None:
    path = out / "base" / "windows.parquet"
    path.write_bytes(b"PAR1 half a file")
    with pytest.raises(DataError, match=r"windows.parquet is damaged .*delete it"):
        evaluate_runs(out, plan, sets, progress=False)


def test_windows_are_listed_in_a_manifest_and_found_again(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    _count_runs(monkeypatch)
    evaluate_runs(out, plan[:1], sets)
    path = out / "evaluation.json"
    stores = {each.name: each.store for each in sets}
    assert read_manifest(path, stores).sha256 == ChosenSets.choose(sets).sha256
    with pytest.raises(DataError, match=r"has the set guard, and stores are given for \['target'"):
        read_manifest(path, {"target": sets[0].store})
    with pytest.raises(DataError, match="the text of the set target has changed"):
        read_manifest(path, {**stores, "target": sets[1].store})
    text = path.read_text()
    row = json.loads(text)["sets"][1]["windows"][0]
    changed = json.loads(text)
    changed["sets"][1]["windows"][0] = [*row[:3], row[3] - 1]
    path.write_text(json.dumps(changed))
    with pytest.raises(DataError, match=r"the windows of the set guard in .* the file was changed"):
        read_manifest(path, stores)


def test_sets_need_names_of_their_own(sets: list[EvaluationSet]) -> None:
    with pytest.raises(StudyError, match=r"named \['target', 'target'\]"):
        ChosenSets.choose([sets[0], sets[0]])


def test_runs_are_compared_document_by_document(
    out: Path, plan: list[RunSpec], sets: list[EvaluationSet]
) -> None:
    one, other = (out / "runs" / spec.key for spec in plan[:2])
    found = {folder: evaluate_run(folder, sets) for folder in (one, other)}
    difference = run_difference(one, other, "guard")
    expected = found[one][1].loss - found[other][1].loss
    assert difference.loss.value == pytest.approx(expected, rel=1e-10)
    assert 0 < difference.loss.se < found[one][1].loss_se + found[other][1].loss_se
    assert run_difference(one, one, "target").loss == Estimate(0.0, 0.0)
    with pytest.raises(DataError, match=r"has the sets \['target', 'guard'\] and no train"):
        run_difference(one, other, "train")
    evaluate_run(other, [sets[1], EvaluationSet(**{**vars(sets[0]), "windows": 4})])
    with pytest.raises(DataError, match="cannot be compared on target: one and other differ"):
        run_difference(one, other, "target")
