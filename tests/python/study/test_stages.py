"""The stages of a study as the command line calls them."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assay.errors import DataError, MissingExtra
from assay.evaluate.run import ChosenSets
from assay.records import read_measurements, write_measurements
from assay.study import compare as compare_module
from assay.study import stages
from assay.study.fit import read_fits
from assay.study.measure import chosen_windows
from assay.study.plan import read_plan
from assay.study.report import collect

_OPTIONS = stages.StageOptions(progress=False)
_TRAINING = ("safetensors", "tokenizers", "torch", "tqdm", "transformers")
_SCRIPT = f"""
import importlib.util
import sys
from pathlib import Path

from assay import errors, load_study
from assay.study import stages

for name in {_TRAINING}:
    sys.modules[name] = None
errors.find_spec = lambda name: None if name in {_TRAINING} else importlib.util.find_spec(name)
try:
    getattr(stages, sys.argv[1])(load_study(Path("study.toml")), stages.StageOptions())
except errors.MissingExtra as error:
    print(error)
"""


@pytest.mark.parametrize("stage", ["anneal", "evaluate"])
def test_stages_that_train_name_the_extra_before_they_ask_for_a_plan(tmp_path, small_study, stage):
    (tmp_path / "study.toml").write_text(small_study)
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, stage],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    said = f'assay {stage} needs an optional part: pip install "WHEEL[train]"'
    assert done.stdout.startswith(said), done.stderr


def test_a_study_chooses_its_windows_once(study, monkeypatch):
    chosen, choose = [], ChosenSets.choose
    monkeypatch.setattr(ChosenSets, "choose", lambda each: chosen.append(each) or choose(each))
    stages.plan(study, _OPTIONS)
    assert chosen_windows(study).sha256 == choose(chosen[0]).sha256
    stages.plan(study, _OPTIONS, dry_run=True)
    assert len(chosen) == 1


@pytest.fixture
def read(monkeypatch):
    """Names of the artefacts of a study that are read, once for each reading."""
    names = []

    def counted(whole):
        def read(path, *arguments, **options):
            if path.parent.name in ("study.assay", "prepared"):
                names.append(path.name)
            return whole(path, *arguments, **options)

        return read

    for method in ("read_bytes", "read_text"):
        monkeypatch.setattr(Path, method, counted(getattr(Path, method)))
    return names


def test_every_artefact_is_read_once_from_the_fits_to_the_report(fitted_study, read):
    fresh = replace(fitted_study)
    stages.compare(fresh, _OPTIONS)
    collect(fresh)
    once = ["fits.json", "looks.json", "manifest.json", "measurements.parquet", "plan.json"]
    assert sorted(read) == once


def test_a_whole_study_reads_every_artefact_once_or_not_at_all(
    study, change, measure_study, read, monkeypatch
):
    study = change(study, "[ladder]", "[fit]\nresamples = 50\n[ladder]")
    monkeypatch.setattr("assay.study.stages.anneal_study", lambda *_: None)
    monkeypatch.setattr("assay.study.stages.evaluate_study", measure_study)
    monkeypatch.setattr(MissingExtra, "check", lambda *_: None)
    monkeypatch.setattr("assay.study.stages.write_report", collect)
    stages.run(study, _OPTIONS, lambda _: None)
    # Fits and comparison are made in this process: they are written, and not read back.
    assert sorted(read) == ["looks.json", "manifest.json", "measurements.parquet", "plan.json"]
    read.clear()
    stages.run(replace(study), _OPTIONS, lambda _: None)
    again = ["allocation.json", "comparison.json", "fits.json", "looks.json", "manifest.json"]
    assert sorted(read) == [*again, "measurements.parquet", "plan.json"]


def test_what_another_process_replaced_is_read_again(fitted_study, change):
    before, plan = read_fits(fitted_study), read_plan(fitted_study)
    again = replace(fitted_study)
    (again.output.fits).unlink()
    write_measurements(again.output.measurements, read_measurements(again.output.measurements)[2:])
    stages.fit(again, _OPTIONS)
    assert read_fits(fitted_study) != before
    assert read_plan(fitted_study) is plan


def test_a_comparison_is_kept_while_nothing_changes(fitted_study, monkeypatch):
    first = stages.compare(fitted_study, _OPTIONS)
    monkeypatch.delattr(compare_module, "compare_measurements")
    assert stages.compare(fitted_study, _OPTIONS) == first


@pytest.mark.parametrize("content", ["{", '{"made_from": "x", "result": {"verdict": 1}}'])
def test_a_kept_result_that_is_damaged_or_of_another_version_is_made_anew(fitted_study, content):
    first = stages.compare(fitted_study, _OPTIONS)
    fitted_study.output.comparison.write_text(content)
    assert stages.compare(replace(fitted_study), _OPTIONS) == first


@pytest.mark.parametrize(
    ("old", "new"), [("[study]", "[study]\nseed = 1"), ("= 50", "= 60")], ids=["seed", "resamples"]
)
def test_fits_of_another_study_are_not_compared_and_are_made_again(fitted_study, change, old, new):
    before = read_fits(fitted_study)
    changed = change(fitted_study, old, new)
    for stage in (stages.compare, lambda study, _: read_fits(study)):
        with pytest.raises(DataError, match=r"fits\.json was made before .* run `assay fit` again"):
            stage(changed, _OPTIONS)
    assert stages.fit(changed, _OPTIONS) != before
    stages.compare(changed, _OPTIONS)


def test_a_comparison_of_another_study_is_not_reported(fitted_study, change):
    stages.compare(fitted_study, _OPTIONS)
    changed = change(fitted_study, "gpu_hour = 2.0", "gpu_hour = 1.0")
    with pytest.raises(DataError, match=r"comparison\.json was made .* `assay compare` again"):
        stages.report(changed, _OPTIONS)
    stages.compare(changed, _OPTIONS)
    assert stages.report(changed, _OPTIONS).exists()


def test_a_report_says_what_runs_cost_and_what_to_type(fitted_study, change):
    stages.compare(fitted_study, _OPTIONS)
    said = collect(fitted_study)
    assert re.fullmatch(r"Runs so far cost [0-9.,e+-]+ USD\.", said.spent)
    following, going_on = said.commands
    assert following == "assay next study.toml"
    assert re.fullmatch(r'assay run study\.toml --pilot "[0-9.,e+-]+ USD"', going_on)
    kept = change(fitted_study, "[study]", '[study]\npilot = "30000 USD"')
    stages.compare(kept, _OPTIONS)
    said = collect(kept)
    assert said.spent.endswith(", of a purse of 30,000 USD.")
    assert said.commands == ("assay next study.toml", "assay run study.toml")
