"""docs/allocation.md is true: its blocks run as written and print what it says."""

import re
import shlex
from pathlib import Path

import pytest

from assay.cli import main

_PAGE = Path(__file__).parents[3] / "docs" / "allocation.md"
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")


def test_every_block_runs_and_prints_what_the_page_shows(tmp_path, monkeypatch, capsys):
    page = _PAGE.read_text()
    monkeypatch.chdir(tmp_path)
    (sheet,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    Path("prices.toml").write_text(sheet)
    script = "".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    exec(compile(script, str(_PAGE), "exec"), {})
    printed = capsys.readouterr().out
    (shown,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert _NUMBER.sub("#", shown).split() == _NUMBER.sub("#", printed).split()
    assert _numbers(shown) == pytest.approx(_numbers(printed), rel=0.02, abs=0.02)
    (command,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    assert main([*shlex.split(command)[1:], "--resamples", "200"]) == 0
    assert capsys.readouterr().out == printed


def _numbers(text):
    return [float(number.replace(",", "")) for number in _NUMBER.findall(text)]
