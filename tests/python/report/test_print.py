"""The page in a browser: on paper, on the screen of a telephone, and in the dark.

Chromium draws the page; the tests are left out where none is installed.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from assay.comparison import Interval, Suggestion, Verdict
from assay.report.html import render
from assay.report.views import (
    AllocationRow,
    AllocationView,
    EpochRow,
    IntegrationView,
    OverlapRow,
    Report,
)

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")

PAPERS = {"A4": 186 * 96 / 25.4, "letter": (8.5 * 25.4 - 24) * 96 / 25.4}
"""Papers, and the width that margins leave of them, in pixels."""
HEADINGS = {"H1", "H2", "H3", "H4", "Caption", "TH"}
FEW = 0.25
"""A page that is filled less has only a few lines."""


def browse(path: Path, *arguments: str) -> str:
    """Open a file in a browser without a window, and return what it prints."""
    fixed = ("--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000")
    command = [str(BROWSER), *fixed, *arguments, path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def everything(report: Report) -> Report:
    """Return a report with every section that a study may have."""
    names = [standing.source for standing in report.comparison.deciding.standings][:3]
    rows = tuple(
        AllocationRow(source=name, share=1 / len(names), unique=3e6, epochs=1.5, text=1.25)
        for name in names
    )
    return replace(
        report,
        guard_limit=0.05,
        overlaps=tuple(
            OverlapRow(source=a, other=b, documents=0.031, text=0.012)
            for a in names
            for b in names
            if a != b
        ),
        epochs=tuple(EpochRow(source=name, deciding=3.5, run=1.0, matched=False) for name in names),
        allocation=AllocationView(
            rows=rows,
            cost=4.0,
            gain=Interval(0.6, 0.5, 0.7),
            single=names[0],
            advantage=Interval(0.02, -0.01, 0.05),
            better=0.9,
            notes=("No blend was measured: gains are taken to add in the logarithm.",),
        ),
        integration=IntegrationView(
            shares=dict.fromkeys(names, 1 / len(names)),
            tokens=262144.0,
            predicted=Interval(4.5, 4.4, 4.6),
            measured=4.53,
            standard_error=0.01,
        ),
    )


def undecided(report: Report) -> Report:
    """Return a report whose verdict is to run something first."""
    runs = tuple(
        Suggestion(
            source=standing.source,
            tokens=524288.0,
            epochs=1.0,
            cost=2.5,
            benefit=0.1,
            benefit_per_cost=0.04,
        )
        for standing in report.comparison.deciding.standings[:3]
    )
    verdict = Verdict(
        kind="run-next", source=runs[0].source, probability=0.6, reason="they are close", runs=runs
    )
    comparison = replace(report.comparison, verdict=verdict)
    return replace(
        report,
        comparison=comparison,
        answer=replace(report.answer, kind="run these next", runs=runs),
    )


@pytest.fixture(scope="module")
def pages(report: Report, large: Report) -> dict[str, str]:
    reports = {
        "small": report,
        "small-all": everything(report),
        "small-next": undecided(report),
        "large": large,
        "large-all": everything(undecided(large)),
    }
    return {name: render(one) for name, one in reports.items()}


NAMES = ("small", "small-all", "small-next", "large", "large-all")
FULL = ("small-all", "large-all")


@dataclass(frozen=True)
class Text:
    """A piece of text on a printed page: the tag that it was in, and how far down it stands."""

    tag: str
    down: float
    """0 at the upper edge, 1 at the lower."""


def printed(text: str, folder: Path, paper: str) -> list[list[Text]]:
    """Print a page, and return the pieces of text of each sheet, from above."""
    page, sheet = folder / "page.html", folder / "page.pdf"
    page.write_text(f"{text}<style>@page {{ size: {paper} }}</style>", encoding="utf-8")
    browse(page, "--no-pdf-header-footer", f"--print-to-pdf={sheet}")
    data = sheet.read_bytes()
    [height] = {float(found) for found in re.findall(rb"/MediaBox \[0 0 \S+ (\S+)\]", data)}
    contents = [int(found) for found in re.findall(rb"/Contents (\d+) 0 R", data)]
    return [
        sorted(_pieces(_stream(data, number), height), key=lambda piece: piece.down)
        for number in contents
    ]


def _stream(data: bytes, number: int) -> str:
    start = re.search(rb"(?:^|\n)%d 0 obj.*?stream\r?\n" % number, data, re.DOTALL)
    assert start is not None
    return zlib.decompressobj().decompress(data[start.end() :]).decode("latin-1")


def _pieces(stream: str, height: float) -> Iterator[Text]:
    """Follow the vertical scale and shift of everything that is drawn, and read where text is."""
    now, kept, tag = (1.0, 0.0), [], ""
    for line in stream.splitlines():
        words = line.split()
        if words == ["q"]:
            kept.append(now)
        elif words == ["Q"]:
            now = kept.pop()
        elif words[-1:] == ["cm"]:
            scale, shift = float(words[3]), float(words[5])
            now = (now[0] * scale, now[0] * shift + now[1])
        elif words[-1:] == [">>BDC"]:
            tag = words[0].removeprefix("/")
        elif "Tm" in words:
            shift = float(words[words.index("Tm") - 1])
            yield Text(tag, 1.0 - (now[0] * shift + now[1]) / height)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", NAMES)
def test_a_report_prints_on_one_or_two_clean_sheets(
    pages: dict[str, str], tmp_path: Path, name: str, paper: str
) -> None:
    sheets = printed(pages[name], tmp_path, paper)
    assert len(sheets) <= 2
    for sheet in sheets:
        assert sheet[-1].tag not in HEADINGS
        assert sheet[-1].down > FEW


def test_what_is_open_is_printed(pages: dict[str, str], tmp_path: Path) -> None:
    opened = pages["small"].replace("<details>", "<details open>")
    sheets = printed(opened, tmp_path, "A4")
    assert len(sheets) > 2
    assert all(sheet[-1].tag not in HEADINGS for sheet in sheets)
    assert len(sheets[-1]) > 3


MEASURE = """
const page = frame.contentDocument, root = page.documentElement;
const view = frame.contentWindow, shown = [...page.querySelectorAll("body *")];
const inside = shown.filter((one) => !one.closest("svg, details:not([open]), .wide, thead"));
const visible = inside.filter((one) => one.getClientRects().length);
const right = Math.max(...visible.map((one) => one.getBoundingClientRect().right));
const boxes = [...page.querySelectorAll(".wide")].filter((one) => one.getClientRects().length);
const style = view.getComputedStyle(page.body);
document.title = JSON.stringify({
  width: root.scrollWidth,
  right: Math.ceil(right),
  scrolled: boxes.filter((one) => one.scrollWidth > one.clientWidth + 1).length,
  bars: boxes.filter((one) => view.getComputedStyle(one).overflowX == "auto").length,
  paper: style.backgroundColor,
  ink: style.color,
});
"""


def measured(text: str, folder: Path, width: float, *arguments: str) -> dict[str, Any]:
    """Lay a page out in a frame, and return how wide it is and which colours it has."""
    path = folder / "frame.html"
    path.write_text(
        f'<!doctype html><body><iframe id="frame" style="border:0;width:{width}px;height:30000px" '
        f'srcdoc="{html.escape(text)}"></iframe>'
        f"<script>frame.onload = () => {{ {MEASURE} }};</script>",
        encoding="utf-8",
    )
    title = re.search("<title>(.*?)</title>", browse(path, "--dump-dom", *arguments))
    assert title is not None
    found: dict[str, Any] = json.loads(html.unescape(title[1]))
    return found


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", FULL)
def test_paper_cuts_no_column_and_has_no_scroll_bar(
    pages: dict[str, str], tmp_path: Path, name: str, paper: str
) -> None:
    on_paper = pages[name].replace("@media print", "@media all")
    on_paper = on_paper.replace("<details>", "<details open>").replace("@media screen", "@media x")
    found = measured(on_paper, tmp_path, PAPERS[paper])
    assert found["right"] <= PAPERS[paper] + 1
    assert (found["scrolled"], found["bars"]) == (0, 0)


@pytest.mark.parametrize("name", FULL)
def test_a_telephone_shows_the_page_without_scrolling_sideways(
    pages: dict[str, str], tmp_path: Path, name: str
) -> None:
    opened = pages[name].replace("<details>", "<details open>")
    found = measured(opened, tmp_path, 360)
    assert found["width"] == 360
    assert found["right"] <= 360


def test_the_page_is_dark_where_the_reader_likes_it(pages: dict[str, str], tmp_path: Path) -> None:
    light = measured(pages["small"], tmp_path, 900)
    dark = measured(pages["small"], tmp_path, 900, "--blink-settings=preferredColorScheme=0")
    assert (light["paper"], dark["ink"]) == ("rgb(255, 255, 255)", "rgb(230, 233, 236)")
    assert (dark["paper"], light["ink"]) == ("rgb(20, 23, 26)", "rgb(26, 29, 33)")
