"""The block of docs/evaluate.md runs as it stands."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from transformers import PreTrainedModel

_PAGE = Path(__file__).parents[3] / "docs" / "evaluate.md"


def test_block_runs(
    tmp_path: Path,
    store: Path,
    make_llama: Callable[..., PreTrainedModel],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(store, tmp_path / "target")
    make_llama().save_pretrained(tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", _PAGE.read_text(), re.DOTALL)
    exec(compile(block, str(_PAGE), "exec"), {})
    loss, *rest = map(float, capsys.readouterr().out.split()[-5:])
    assert 0 < loss < 20
    assert len(rest) == 4
