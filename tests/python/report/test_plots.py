"""Drawings hold what their views say."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.figure import Figure

from assay.comparison.formats import probability, short
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
