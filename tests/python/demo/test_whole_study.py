"""The main job on real text, small: from documents to a decision, undisturbed and killed."""

import ast
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from assay.records import read_measurements
from assay.study import load_study, stages

STUDY = """
[study]
name = "small"
seed = 3
budget = "1 USD"

[base]
tokenizer = "tokenizer.json"
shape = { hidden = 32, layers = 1, heads = 2, ffn = 64 }
pretrain = { tokens = 8192, learning_rate = 3e-3, warmup_steps = 4, batch_sequences = 4 }

[prices]
gpu_hour = 1.0
peak_flops = 1e9

[target]
path = "target.jsonl"
[guard]
path = "guard.jsonl"
[replay]
path = "replay.jsonl"

[[source]]
name = "near"
path = "near.jsonl"
cost = { kind = "licensed", fixed_usd = 0.001 }

[[source]]
name = "far"
path = "far.jsonl"
cost = { kind = "raw" }

[ladder]
from = 1024
to = 8192
seeds = [2, 2, 1, 1]
epochs_max = 8

[anneal]
sequence_tokens = 32
batch_sequences = 2

[evaluate]
windows = 16
window_tokens = 32

[fit]
resamples = 50
"""
MODULES = {
    "target": ["statistics", "random"],
    "guard": ["argparse"],
    "replay": ["typing", "pathlib", "logging", "unittest.mock", "tarfile", "zipfile"],
    "near": ["fractions", "_pydecimal", "datetime", "calendar", "colorsys", "numbers"],
    "far": ["smtplib", "imaplib", "ftplib", "nntplib", "http.client", "email.message"],
}
ENVIRONMENT = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "0",
}


def docstrings(module):
    path = Path(os.__file__).parent / f"{module.replace('.', '/')}.py"
    if not path.exists():
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node)
            if text and len(text) > 40:
                yield text


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Write a study of real text into a folder and return its file."""
    folder = tmp_path_factory.mktemp("study")
    texts = {name: [t for m in names for t in docstrings(m)] for name, names in MODULES.items()}
    for name, documents in texts.items():
        lines = [json.dumps({"id": f"{name}-{i}", "text": t}) for i, t in enumerate(documents)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts["replay"], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    path = folder / "study.toml"
    path.write_text(STUDY)
    return path


def command(study, out, *arguments):
    environment = {**ENVIRONMENT, "ASSAY_CACHE": str(out.parent / f"{out.name}-cache")}
    line = [sys.executable, "-P", "-m", "assay", "run", str(study), "--out", str(out)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    line += ["--workers", "2", *arguments]
    return subprocess.Popen(line, env=environment, **pipes)


def finish(process):
    out, err = process.communicate(timeout=400)
    assert process.returncode == 0, err
    return out


def finished_runs(out):
    return {path: path.stat().st_mtime_ns for path in out.glob("runs/*/DONE")}


@pytest.fixture(scope="module")
def undisturbed(study):
    """Run the study once without disturbance: its output folder, and what it printed."""
    out = study.parent / "undisturbed"
    return out, finish(command(study, out))


def test_a_study_runs_from_text_to_a_decision(undisturbed):
    out, printed = undisturbed
    assert re.search(r"^verdict at 1 USD: (buy \w+|run these next|cannot tell)$", printed, re.M)
    assert str(out / "report.html") in printed
    assert (out / "report.html").stat().st_size > 10_000
    measurements = read_measurements(out / "measurements.parquet")
    rows = Counter(measurement.source for measurement in measurements)
    assert rows == {"base": 2, "control": 12, "near": 12, "far": 12}
    budgets = {m.tokens for m in measurements if m.source == "control"}
    assert budgets == {m.tokens for m in measurements if m.source == "near"}
    assert all(0 < m.loss < 7 and 0 < m.bits_per_byte < 9 for m in measurements)


def test_a_finished_study_does_nothing_twice(study, undisturbed):
    out, _ = undisturbed
    before = finished_runs(out)
    assert len(before) == 18
    again = json.loads(finish(command(study, out, "--json")))
    assert again["verdict"]
    assert finished_runs(out) == before


def test_a_finished_study_reads_what_it_made_once(study, undisturbed, monkeypatch):
    out, _ = undisturbed
    names = Counter()

    def counted(read):
        def count_and_read(path, *arguments, **options):
            if path.parent in (out, out / "prepared"):
                names[path.name] += 1
            return read(path, *arguments, **options)

        return count_and_read

    for method in ("read_bytes", "read_text"):
        monkeypatch.setattr(Path, method, counted(getattr(Path, method)))
    monkeypatch.setenv("ASSAY_CACHE", str(out.parent / f"{out.name}-cache"))
    stages.run(load_study(study, out), stages.StageOptions(progress=False), lambda _: None)
    made = ("manifest", "plan", "fits", "looks", "comparison", "allocation")
    assert names == dict.fromkeys((*(f"{one}.json" for one in made), "measurements.parquet"), 1)


def test_a_study_killed_in_its_anneals_resumes_to_the_same_measurements(study, undisturbed):
    out = study.parent / "killed"
    process = command(study, out)
    deadline = time.monotonic() + 300
    while len(finished_runs(out)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    subprocess.run(["pkill", "-KILL", "-f", str(out)], check=True)  # parent and workers
    process.communicate()
    kept = finished_runs(out)
    assert 3 <= len(kept) < 18

    finish(command(study, out))
    after = finished_runs(out)
    assert {path: after[path] for path in kept} == kept
    measured = read_measurements(out / "measurements.parquet")
    assert measured == read_measurements(undisturbed[0] / "measurements.parquet")
