"""The main job on real text, small: from documents to a decision, undisturbed and killed."""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from assay.records import read_measurements

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


@pytest.fixture
def study(tmp_path):
    texts = {name: [t for m in names for t in docstrings(m)] for name, names in MODULES.items()}
    for name, documents in texts.items():
        lines = [json.dumps({"id": f"{name}-{i}", "text": t}) for i, t in enumerate(documents)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
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
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    return path


def command(study, *arguments):
    environment = {**ENVIRONMENT, "ASSAY_CACHE": str(study.parent / "cache")}
    line = [sys.executable, "-P", "-m", "assay", "run", str(study), "--workers", "2", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(line, env=environment, start_new_session=True, **pipes)


def finish(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def finished_runs(study):
    return {path: path.stat().st_mtime_ns for path in study.parent.glob("small-out/runs/*/DONE")}


def test_a_study_runs_from_text_to_a_decision_and_does_nothing_twice(study):
    out = study.parent / "small-out"
    printed = finish(command(study, "--out", str(out)))
    assert any(words in printed.lower() for words in ("buy", "run these next", "cannot tell"))
    assert (out / "report.html").stat().st_size > 10_000
    measurements = read_measurements(out / "measurements.parquet")
    by_source = {m.source: 0 for m in measurements}
    for measurement in measurements:
        by_source[measurement.source] += 1
    assert by_source == {"base": 2, "control": 12, "near": 12, "far": 12}
    budgets = {m.tokens for m in measurements if m.source == "control"}
    assert budgets == {m.tokens for m in measurements if m.source == "near"}
    assert all(0 < m.loss < 7 and 0 < m.bits_per_byte < 9 for m in measurements)

    before = finished_runs(study)
    again = json.loads(finish(command(study, "--out", str(out), "--json")))
    assert again["verdict"]
    assert len(before) == 18
    assert finished_runs(study) == before


def test_a_study_killed_in_its_anneals_resumes_to_the_same_measurements(study):
    undisturbed = study.parent / "undisturbed"
    finish(command(study, "--out", str(undisturbed)))

    out = study.parent / "small-out"
    process = command(study, "--out", str(out))
    deadline = time.monotonic() + 200
    while len(finished_runs(study)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = finished_runs(study)
    assert 3 <= len(kept) < 18

    finish(command(study, "--out", str(out)))
    after = finished_runs(study)
    assert {path: after[path] for path in kept} == kept
    assert read_measurements(out / "measurements.parquet") == read_measurements(
        undisturbed / "measurements.parquet"
    )
