"""Drawings hold what their views say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from matplotlib.figure import Figure

from assay.comparison import Interval
from assay.comparison.formats import probability, short
from assay.comparison.records import Purchase
from assay.draw.lines import Line
from assay.draw.style import looks
from assay.report import plots
from assay.report.views import GainView, Report


def test_extrapolation_is_drawn_apart_from_what_was_measured() -> None:
    line = Line(
        name="far",
        look=looks(["far"])["far"],
        x=(1.0, 2.0, 4.0, 8.0),
        y=(4.0, 3.0, 2.0, 1.0),
        measured_to=2.0,
    )
    ax = Figure().subplots()
    plots.draw_forgetting(ax, [line])
    zero, inside, beyond = ax.lines[:3]
    assert list(zero.get_ydata()) == [0.0, 0.0]
    assert list(inside.get_xdata()) == [1.0, 2.0]
    assert list(beyond.get_xdata()) == [2.0, 4.0, 8.0]
    assert inside.get_linewidth() > beyond.get_linewidth()


def test_gain_marks_the_crossing_and_the_budget(report: Report) -> None:
    view: GainView = report.gains[0]
    ax = Figure().subplots()
    plots.draw_gain(ax, view)
    texts = [text.get_text() for text in ax.texts]
    crossing = next(pair.crossing for pair in view.crossings if pair.below == "far")
    assert crossing is not None
    assert f"far = near & dear\nat {short(crossing.cost.value)}" in texts
    assert {"near & dear", "far", "ranked here"} <= set(texts)
    rings = [line for line in ax.lines if list(line.get_xdata()) == [crossing.cost.value]]
    assert len(rings) == 1


def test_the_nearest_crossings_alone_are_marked(report: Report) -> None:
    view = report.gains[0]
    pair = next(pair for pair in view.crossings if pair.below == "far")
    assert pair.crossing is not None
    pairs = tuple(
        replace(pair, crossing=replace(pair.crossing, cost=Interval(cost, None, None)))
        for cost in (0.5, 1.0, 2.0, 3.0)
    )
    ax = plots.draw_gain(Figure().subplots(), replace(view, crossings=pairs))
    said = {text.get_text() for text in ax.texts if " = " in text.get_text()}
    assert {text.split()[-1] for text in said} == {"2", "3"}


def worths(report: Report, lower: float, middle: float, upper: float | None) -> list[Purchase]:
    """Return the purchases of a report, the first of them with another worth."""
    first, *others = report.comparison.purchases
    return [replace(first, worth=Interval(middle, lower, upper)), *others]


def test_what_the_text_is_worth_stands_beside_what_is_asked(report: Report) -> None:
    shown = worths(report, 1.0, 3.0, 3.5)
    ax = plots.draw_worth(Figure().subplots(), shown, report.looks, "usd")
    asked = [one.bill.text["usd"] for one in shown if one.bill is not None]
    strokes = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 1.6]
    assert [list(stroke) for stroke in strokes] == [[price, price] for price in asked]
    assert any(list(line.get_xdata()) == [1.0, 3.5] for line in ax.lines)
    assert any(list(line.get_xdata()) == [3.0] for line in ax.lines)
    assert [label.get_text() for label in ax.get_yticklabels()] == [one.source for one in shown]
    assert not any(line.get_marker() == ">" for line in ax.lines)


def test_a_worth_beyond_the_axis_ends_in_an_arrow(report: Report) -> None:
    ax = plots.draw_worth(Figure().subplots(), worths(report, 1.0, 3.0, None), report.looks, "usd")
    (arrow,) = [line for line in ax.lines if line.get_marker() == ">"]
    assert list(arrow.get_xdata()) == [ax.get_xlim()[1]]


def test_the_limit_of_the_guard_is_drawn(report: Report) -> None:
    assert report.forgetting is not None
    ax = plots.draw_forgetting(Figure().subplots(), report.forgetting, 0.05)
    assert [0.05, 0.05] in [list(line.get_ydata()) for line in ax.lines]
    assert "limit" in [text.get_text() for text in ax.texts]


def test_every_cell_of_the_pairs_has_its_number(report: Report) -> None:
    ax = plots.draw_pairs(Figure().subplots(), report.pairs)
    size = len(report.pairs.names)
    assert len(ax.texts) == size * (size - 1)
    assert ax.texts[0].get_text() == probability(report.pairs.probability[0][1])


def test_labels_at_the_right_edge_do_not_overlap() -> None:
    ends = [
        Line(name=name, look=look, x=(1.0, 2.0), y=(0.0, 1.0))
        for name, look in looks(["a", "b", "c"]).items()
        if name in ("a", "b", "c")
    ]
    ax = Figure().subplots()
    plots.draw_forgetting(ax, ends)
    places = sorted(text.xyann[1] for text in ax.texts)
    assert all(b - a > 0.05 for a, b in pairwise(places))
    assert places[-1] <= 1.0
