"""docs/decisions.md is true: its command prints what it shows, on the table of docs/fits.md."""

import csv
import re
import shlex
from pathlib import Path

import pytest

from assay.cli import main

DOCS = Path(__file__).parents[3] / "docs"
NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
SMALL = "411616256"
"""Parameters of the models whose runs are kept."""


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in NUMBER.findall(text)]


def test_the_command_prints_what_the_page_shows(tmp_path, monkeypatch, capsys, request):
    monkeypatch.chdir(tmp_path)
    table = request.config.rootpath / "tests" / "data" / "gadre_overtraining" / "runs.csv"
    with table.open(newline="") as file:
        head, *rows = csv.reader(file)
    kept = [head, *(row for row in rows if row[1] == SMALL)]
    with Path("small.csv").open("w", newline="") as file:
        csv.writer(file).writerows(kept)
    sheet = re.search(r"```toml\n(# prices\.toml.*?)```", (DOCS / "fits.md").read_text(), re.DOTALL)
    Path("prices.toml").write_text(sheet[1])
    page = (DOCS / "decisions.md").read_text()
    ((command, shown),) = re.findall(r"```sh\n(.*?)```\n+```text\n(.*?)```", page, re.DOTALL)
    assert main(shlex.split(command)[1:]) == 0
    printed = capsys.readouterr().out
    assert NUMBER.sub("#", shown).split() == NUMBER.sub("#", printed).split(), printed
    assert numbers(shown) == pytest.approx(numbers(printed), rel=0.02, abs=0.02), printed
