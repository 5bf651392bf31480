"""Errors of withheld budgets, with their intervals, persistence beside."""

from __future__ import annotations

import pytest

from assay import draw


def bar(name, **changes):
    values = {"observed": 3.0, "predicted": 3.01, "lower": 2.98, "upper": 3.04}
    return draw.Bar(name=name, look=draw.looks([name])[name], **{**values, **changes})


def test_errors_stand_beside_their_intervals_and_persistence(ax):
    draw.backtest(ax, [bar("web", persistence=3.1), bar("a $ name")], "title")
    interval, error, ring, other_interval, other_error, zero = ax.lines
    assert interval.get_xdata() == pytest.approx([-0.02, 0.04])
    assert error.get_xdata() == pytest.approx([0.01])
    assert ring.get_xdata() == pytest.approx([0.1])
    assert ring.get_markerfacecolor() == "none"
    assert {*other_interval.get_ydata(), *other_error.get_ydata()} == {1}
    assert list(zero.get_xdata()) == [0.0, 0.0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["web", r"a \$ name"]
    assert "ring: persistence" in ax.get_xlabel()


def test_rings_are_not_explained_where_there_are_none(ax):
    draw.backtest(ax, [bar("web")])
    assert ax.get_xlabel() == "predicted minus observed loss, nats per token"
