"""The stages of a study as the command line calls them."""

import subprocess
import sys

import pytest

_TRAINING = ("safetensors", "tokenizers", "torch", "tqdm", "transformers")
_SCRIPT = f"""
import importlib.util
import sys
from pathlib import Path

from assay import errors, load_study, stages

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
