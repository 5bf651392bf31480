"""Drawings hold what their views say."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.figure import Figure

from assay.report import plots
from assay.report.formats import probability, short
from assay.report.style import looks
from assay.report.views import Curve, ForgettingView, GainView, Report


def test_extrapolation_is_drawn_apart_from_what_was_measured() -> None:
    curve = Curve(source="far", x=(1.0, 2.0, 4.0, 8.0), y=(4.0, 3.0, 2.0, 1.0), measured_to=2.0)
    ax = Figure().subplots()
    plots.draw_forgetting(ax, ForgettingView(curves=(curve,)), looks(["far"]))
    zero, inside, beyond = ax.lines[:3]
    assert list(zero.get_ydata()) == [0.0, 0.0]
    assert list(inside.get_xdata()) == [1.0, 2.0]
    assert list(beyond.get_xdata()) == [2.0, 4.0, 8.0]
    assert inside.get_linewidth() > beyond.get_linewidth()


def test_gain_marks_the_crossing_and_the_budget(report: Report) -> None:
    view: GainView = report.gains[0]
    ax = Figure().subplots()
    plots.draw_gain(ax, view, looks([curve.source for curve in view.curves]))
    texts = [text.get_text() for text in ax.texts]
    mark = next(m for m in view.crossings if m.below == "far")
    assert f"far = near & dear\nat {short(mark.cost.value)}" in texts
    assert {"near & dear", "far", "ranked here"} <= set(texts)
    rings = [line for line in ax.lines if list(line.get_xdata()) == [mark.cost.value]]
    assert len(rings) == 1


def test_every_cell_of_the_pairs_has_its_number(report: Report) -> None:
    ax = plots.draw_pairs(Figure().subplots(), report.pairs)
    size = len(report.pairs.names)
    assert len(ax.texts) == size * (size - 1)
    assert ax.texts[0].get_text() == probability(report.pairs.probability[0][1])


def test_labels_at_the_right_edge_do_not_overlap() -> None:
    ends = [Curve(source=name, x=(1.0, 2.0), y=(0.0, 1.0)) for name in ("a", "b", "c")]
    ax = Figure().subplots()
    plots.draw_forgetting(ax, ForgettingView(curves=tuple(ends)), looks(["a", "b", "c"]))
    places = sorted(text.xyann[1] for text in ax.texts)
    assert all(b - a > 0.05 for a, b in pairwise(places))
