"""Gains at equal cost, and where one source becomes better than another."""

from __future__ import annotations

import pytest

from assay import draw

COST = (1.0, 2.0, 4.0, 8.0)


@pytest.fixture
def lines():
    look = draw.looks(["cheap", "dear"])
    gains = {"cheap": (0.2, 0.25, 0.3, 0.35), "dear": (None, 0.1, 0.3, 0.5)}
    return [
        draw.Line(name=name, look=look[name], x=COST, y=gain, measured_to=4.0)
        for name, gain in gains.items()
    ]


def mark(**changes):
    values = {"below": "cheap", "above": "dear", "cost": 4.0, "lower": 3.0, "upper": 5.0}
    return draw.Mark(**{**values, **changes})


def test_the_crossing_lies_on_the_lines_with_its_interval(ax, lines):
    draw.crossing(ax, lines, [mark()], currency="usd", at=6.0, title="t")
    interval, ring = ax.lines[-3:-1]
    assert list(interval.get_xdata()) == [3.0, 5.0]
    assert ring.get_xdata() == [4.0]
    assert ring.get_ydata() == pytest.approx([0.3])
    assert "cheap = dear\nat 4" in [text.get_text() for text in ax.texts]
    assert ax.get_xlabel() == "total cost, USD (log scale)"


def test_an_interval_without_an_end_reaches_the_edge(ax, lines):
    draw.crossing(ax, lines, [mark(upper=None)], currency="flops", at=6.0)
    assert list(ax.lines[-3].get_xdata()) == [3.0, ax.get_xlim()[1]]


def test_losses_have_no_control_to_stand_against(ax, lines):
    draw.crossing(ax, lines, currency="tokens", at=6.0, quantity="loss")
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "trained tokens (log scale)",
        "loss, nats per token",
    )
    assert not [line for line in ax.lines if list(line.get_ydata()) == [0, 0]]


def test_a_crossing_with_a_source_that_is_not_drawn_is_left_out(ax, lines):
    draw.crossing(ax, lines, [mark(above="control")], currency="usd", at=6.0)
    assert not any(" = " in text.get_text() for text in ax.texts)


def test_costs_out_of_reach_are_left_out(ax, lines):
    draw.crossing(ax, lines, currency="usd", at=6.0)
    names = {text.get_text(): text.xy for text in ax.texts}
    assert names["dear"] == (8.0, 0.5)
    assert ax.get_ylim()[0] < 0.1
