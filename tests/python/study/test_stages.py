"""The stages of a study as the command line calls them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assay.errors import DataError, StudyError
from assay.records import read_measurements, write_measurements
from assay.study import compare as compare_module
from assay.study import stages
from assay.study.fit import read_fits
from assay.study.plan import read_plan
from assay.study.report import collect

_OPTIONS = stages.Options(progress=False)
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
    getattr(stages, sys.argv[1])(load_study(Path("study.toml")), stages.Options())
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
    assert done.stdout == f'assay {stage} needs an optional part: pip install "assay[train]"\n', (
        done.stderr
    )


@pytest.mark.parametrize(
    ("law", "to", "needed"),
    [("auto", 512, "power law has 3"), ("broken", 1024, "broken law has 6")],
)
def test_a_ladder_too_short_for_its_law_is_refused_before_anything(study, change, law, to, needed):
    study = change(study, "to = 1024\nseeds = [3, 2, 1]", f'to = {to}\n[fit]\nlaw = "{law}"')
    with pytest.raises(StudyError, match=rf"\[ladder\] has \d budgets, and a {needed} parameters"):
        stages.run(study, _OPTIONS, print)


def test_too_little_to_measure_on_is_refused_before_anything_is_trained(study, write_documents):
    write_documents(study.folder / "guard.jsonl", 0, [3])
    stages.prepare(study, _OPTIONS)
    for dry_run in (False, True):
        with pytest.raises(DataError, match=r"guard has 1 documents .* at least two windows"):
            stages.plan(study, _OPTIONS, dry_run=dry_run)
    assert not (study.out / "plan.json").exists()


def test_windows_longer_than_the_base_can_see_are_refused_before_anything_is_trained(study, change):
    long = change(study, "window_tokens = 16", "window_tokens = 32")
    with pytest.raises(StudyError, match=r"windows have 32 tokens, and the base is made for 16"):
        stages.plan(long, _OPTIONS)


@pytest.fixture
def fitted(study, change, measurement):
    """Bring a study to its fits: exact laws of the tokens, a bit apart by seed."""
    study = change(study, "[ladder]", "[fit]\nresamples = 50\n[ladder]")
    plan, _ = stages.plan(study, _OPTIONS)
    rates = {"control": 1.0, "big": 1.5, "small": 2.0}
    rows = [
        measurement(s.source, s.tokens, 2.0 + (1 + 1e-3 * s.seed) * (256 / s.tokens) ** 0.3 / rate)
        for s in plan.specs
        for rate in [rates[s.source]]
    ]
    write_measurements(study.out / "measurements.parquet", rows)
    stages.fit(study, _OPTIONS)
    return study


def test_every_artefact_is_read_once_from_the_fits_to_the_report(fitted, monkeypatch):
    read, whole = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or whole(path))
    fresh = replace(fitted)
    stages.compare(fresh, _OPTIONS)
    collect(fresh)
    assert sorted(read) == ["fits.json", "measurements.parquet", "plan.json"]


def test_what_another_process_replaced_is_read_again(fitted, change):
    before, plan = read_fits(fitted), read_plan(fitted)
    again = replace(fitted)
    (again.output.fits).unlink()
    write_measurements(again.output.measurements, read_measurements(again.output.measurements)[2:])
    stages.fit(again, _OPTIONS)
    assert read_fits(fitted) != before
    assert read_plan(fitted) is plan


def test_a_comparison_is_kept_while_nothing_changes(fitted, monkeypatch):
    first = stages.compare(fitted, _OPTIONS)
    monkeypatch.delattr(compare_module, "compare_measurements")
    assert stages.compare(fitted, _OPTIONS) == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "big"', 'name = "big"\ncap = 200'),
        ("to = 1024", "to = 1024\nepochs_max = 8"),
        ("ratio = 0.25", "ratio = 0.5"),
        ("sequence_tokens = 16", "sequence_tokens = 32"),
        ("fixed_usd = 1.0", "fixed_usd = 2.0"),
        ("gpu_hour = 2.0", "gpu_hour = 1.0"),
        ('"4 USD"', '"3 USD"'),
        ("resamples = 50", "resamples = 50\nconfidence = 0.8"),
    ],
)
def test_a_comparison_is_made_again_when_the_study_changes(fitted, change, old, new):
    before = stages.compare(fitted, _OPTIONS)
    changed = change(fitted, old, new)
    after = stages.compare(changed, _OPTIONS)
    assert after != before
    (changed.out / "comparison.json").unlink()
    assert stages.compare(changed, _OPTIONS) == after


def test_a_comparison_is_made_again_when_the_plan_changes(fitted, change):
    before = stages.compare(fitted, _OPTIONS)
    wider = change(fitted, "hidden = 16", "hidden = 32")
    stages.plan(wider, _OPTIONS)
    assert read_plan(wider).base.hidden == 32
    assert stages.compare(wider, _OPTIONS) != before


@pytest.mark.parametrize(
    ("old", "new"), [("[study]", "[study]\nseed = 1"), ("= 50", "= 60")], ids=["seed", "resamples"]
)
def test_fits_of_another_study_are_not_compared_and_are_made_again(fitted, change, old, new):
    before = read_fits(fitted)
    changed = change(fitted, old, new)
    for stage in (stages.compare, lambda study, _: read_fits(study)):
        with pytest.raises(DataError, match=r"fits\.json was made before .* run `assay fit` again"):
            stage(changed, _OPTIONS)
    assert stages.fit(changed, _OPTIONS) != before
    stages.compare(changed, _OPTIONS)


def test_a_comparison_of_another_study_is_not_reported(fitted, change):
    stages.compare(fitted, _OPTIONS)
    changed = change(fitted, "gpu_hour = 2.0", "gpu_hour = 1.0")
    with pytest.raises(DataError, match=r"comparison\.json was made .* `assay compare` again"):
        stages.report(changed, _OPTIONS)
    stages.compare(changed, _OPTIONS)
    assert stages.report(changed, _OPTIONS).exists()
