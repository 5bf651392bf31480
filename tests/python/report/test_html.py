"""The page: one file, nothing fetched, nothing run, all text escaped, made the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from assay.comparison import Interval, Suggestion
from assay.comparison.formats import short
from assay.comparison.words import up_to
from assay.draw.lines import Line
from assay.draw.style import GRID, INK, MUTED
from assay.errors import MissingExtra
from assay.report import write_page
from assay.report.html import render
from assay.report.views import (
    AllocationRow,
    AllocationView,
    EpochRow,
    IntegrationView,
    OverlapRow,
    Report,
)
from assay.units import format_amount


class Page(HTMLParser):
    """Collects tags, ids, references and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.references: list[str] = []
        self.handlers: list[str] = []
        self.classes: Counter[str] = Counter()
        self.scopes: Counter[str] = Counter()
        self.levels: list[int] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag in ("h1", "h2", "h3", "h4"):
            self.levels.append(int(tag[1]))
        for name, value in attributes:
            if name == "class":
                self.classes.update(str(value).split())
            if name == "scope":
                self.scopes[str(value)] += 1
            if name == "id":
                self.ids[str(value)] += 1
            if name in {"href", "src", "xlink:href"}:
                self.references.append(str(value))
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def source(report: Report) -> str:
    return render(report)


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_nothing_is_fetched_or_run(source: str, page: Page) -> None:
    assert "http" not in source
    assert not {"script", "link", "iframe", "img", "object", "embed"} & set(page.tags)
    assert page.handlers == []
    assert all(reference.startswith("#") for reference in page.references)
    assert not re.search(r"@import|url\((?!#)", source)


def test_text_is_escaped(page: Page) -> None:
    assert "a study of <script>alert(1)</script>" in page.text
    assert "<img src=x onerror=alert(1)>" in page.text


def test_a_hostile_source_name_stays_text(report: Report) -> None:
    name = '<script>alert("$x$")</script>'

    def renamed(lines: Sequence[Line]) -> tuple[Line, ...]:
        return tuple(replace(one, name=name) if one.name == "far" else one for one in lines)

    deciding = report.comparison.deciding
    standings = tuple(
        replace(s, source=name) if s.source == "far" else s for s in deciding.standings
    )
    view = replace(deciding, standings=standings, pairs=())
    comparison = replace(
        report.comparison, views=(view, *report.comparison.views[1:]), backtest=None
    )
    hostile = replace(
        report,
        comparison=comparison,
        looks={**report.looks, name: report.looks["far"]},
        losses=renamed(report.losses),
        gains=tuple(
            replace(view, crossings=(), lines=renamed(view.lines)) for view in report.gains
        ),
        pairs=replace(report.pairs, names=("near & dear", name, "control")),
        laws=tuple(replace(law, flags=(name,)) for law in report.laws if law.source != "far"),
        runs=(),
        forgetting=None,
    )
    page = Page(render(hostile))
    assert page.tags["script"] == 0
    assert name in page.text


def test_the_verdict_comes_first(report: Report, page: Page) -> None:
    assert report.answer.headline in page.text
    for section in ("The bill", "Every source", "another size", "In pictures", "Provenance"):
        assert page.text.index(report.answer.headline) < page.text.rindex(section)


def test_the_page_opens_with_the_bill_and_the_worth(report: Report, page: Page) -> None:
    bought = report.comparison.purchases[0]
    worth = up_to(bought.worth, "usd")
    start = page.text[: page.text.index("Every source")]
    assert bought.bill is not None
    for said in ("The bill", f"{short(bought.bill.unique)} unique tokens", "worth up to", worth):
        assert said in start
    assert format_amount(bought.bill.text["usd"], "usd") in start
    assert start.index("The bill") < start.index(worth) < start.index("One budget alone")


def test_runs_come_with_what_to_type(report: Report) -> None:
    run = Suggestion(
        source="far", tokens=5e5, epochs=1.0, cost=2.5, benefit=0.1, benefit_per_cost=0.04
    )
    text = Page(render(replace(report, answer=replace(report.answer, runs=(run,))))).text
    for said in (*report.commands, report.spent, "2.5 USD", "0.100"):
        assert said in text


def test_what_was_not_measured_has_no_section(page: Page) -> None:
    for section in ("How much of each source", "tried before", "Text that sources share"):
        assert section not in page.text


def test_what_other_stages_found_has_sections(report: Report) -> None:
    name = "<b>far</b>"
    allocation = AllocationView(
        rows=(
            AllocationRow(source="near & dear", share=0.75, unique=9e6, epochs=1.0, text=2.5),
            AllocationRow(source=name, share=0.25, unique=3e6, epochs=1.5, text=1.25),
        ),
        cost=4.0,
        gain=Interval(0.6, 0.5, 0.7),
        single="near & dear",
        advantage=Interval(0.02, -0.01, 0.05),
        better=0.9,
        notes=("No blend was measured.",),
    )
    integration = IntegrationView(
        shares={name: 0.25, "near & dear": 0.75},
        tokens=262144.0,
        predicted=Interval(4.5, 4.4, 4.6),
        measured=4.53,
        standard_error=0.01,
    )
    overlaps = (OverlapRow(source=name, other="far", documents=0.031, text=0.012),)
    epochs = (EpochRow(source=name, deciding=3.5, run=1.0, matched=False),)
    page = Page(
        render(
            replace(
                report,
                allocation=allocation,
                integration=integration,
                overlaps=overlaps,
                epochs=epochs,
                guard_limit=0.05,
            )
        )
    )
    assert "b" not in page.tags
    for said in ("25%", "+0.020 (-0.010 to +0.050)", "No blend was measured.", "+0.0300", "3.1%"):
        assert said in page.text
    assert "which may rise by 0.05" in page.text
    assert "Text that repeats" in page.text
    alone = Page(render(replace(report, allocation=replace(allocation, rows=allocation.rows[:1]))))
    assert "It gains +0.600 nats per token over the control (+0.500 to +0.700)." in alone.text
    none = Page(render(replace(report, overlaps=())))
    assert "No source shares 1% of its documents with another." in none.text


def test_tables_have_heads_and_names(page: Page) -> None:
    assert page.tags["caption"] + page.classes["bill"] >= page.tags["table"]
    assert min(page.scopes["row"], page.scopes["col"]) > 0
    assert page.tags["th"] == sum(page.scopes.values())
    assert [page.levels[0], *page.levels].count(1) == 2
    assert all(b - a <= 1 for a, b in pairwise(page.levels))


def test_drawings_are_named_for_those_who_do_not_see_them(source: str, page: Page) -> None:
    assert page.tags["svg"] == page.tags["figure"] == 8
    labels = re.findall(r'<svg[^>]*aria-labelledby="([^"]+)"', source)
    assert len(labels) == 8
    assert set(labels) <= set(page.ids)
    assert max(page.ids.values()) == 1
    used = {reference.removeprefix("#") for reference in page.references}
    assert used | set(re.findall(r"url\(#([^)]+)\)", source)) <= set(page.ids)


def test_the_page_can_be_dark(source: str) -> None:
    assert "prefers-color-scheme: dark" in source
    assert "currentColor" in source
    assert "var(--source-0)" in source
    assert not [colour for colour in (INK, MUTED, GRID) if colour in source]


def test_equal_reports_give_equal_bytes(report: Report, source: str) -> None:
    assert render(report) == source


def test_the_report_package_does_not_import_matplotlib() -> None:
    code = "import sys, assay.report; print(*({'matplotlib', 'jinja2', 'torch'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_report_is_written_whole(report: Report, source: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_page(report, path)
    assert path.read_text(encoding="utf-8") == source
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("missing", ["matplotlib", "jinja2"])
def test_a_missing_library_names_the_extra(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtra, match=r"WHEEL\[report\]"):
        write_page(report, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
