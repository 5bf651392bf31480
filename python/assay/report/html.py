"""Lay a report out as one self-contained HTML page: no script, no network, all text escaped."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assay.comparison.formats import number, probability, short, within
from assay.draw.lines import Line, floats
from assay.draw.style import COST
from assay.report import plots
from assay.report.style import themed
from assay.report.svg import svg_of
from assay.report.views import GainView, Report
from assay.units import format_amount

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

__all__ = ["render"]

_WIDE = (8.4, 4.6)
_HALF = (5.4, 3.8)


def render(report: Report) -> str:
    """Return the page as HTML."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "amount": format_amount,
        "number": number,
        "probability": probability,
        "short": short,
        "within": within,
    }
    text = (importlib.resources.files("assay.report") / "template.html").read_text("utf-8")
    return environment.from_string(text).render(
        report=report, colours=themed(report.looks), drawings=_drawings(report)
    )


def _drawings(report: Report) -> dict[str, Markup]:
    """Draw every view that has something to show, by the name that the page gives it."""
    first, *others = report.gains
    drawn = {
        "loss": _svg(
            "loss",
            f"Target loss against trained tokens. {_ends(report.losses)}",
            lambda ax: plots.draw_losses(ax, report.losses, report.base_loss),
            _WIDE,
        ),
        "pairs": _svg(
            "pairs",
            f"Probability of being better, pair by pair: {_said_pairs(report)}.",
            lambda ax: plots.draw_pairs(ax, report.pairs),
            _HALF,
        ),
        **_gain(first, _WIDE),
    }
    for view in others:
        drawn |= _gain(view, _HALF)
    test, forgetting = report.comparison.backtest, report.forgetting
    if test is not None:
        said = ", ".join(f"{one.source} {one.holdout.nats:+.3f}" for one in test.withheld)
        drawn["backtest"] = _svg(
            "backtest",
            f"Predicted minus observed loss of the withheld budgets: {said}.",
            lambda ax: plots.draw_backtest(ax, test, report.looks),
            _HALF,
        )
    if forgetting is not None:
        drawn["forgetting"] = _svg(
            "forgetting",
            f"Guard loss minus that of the base. {_ends(forgetting)}",
            lambda ax: plots.draw_forgetting(ax, forgetting),
            _WIDE,
        )
    return drawn


def _gain(view: GainView, size: tuple[float, float]) -> dict[str, Markup]:
    name = f"gain-{view.currency}"
    title = f"Gain over the control against {COST[view.currency]}. {_ends(view.lines)}"
    return {name: _svg(name, title, lambda ax: plots.draw_gain(ax, view), size)}


def _svg(
    name: str, title: str, draw: Callable[[Axes], object], size: tuple[float, float]
) -> Markup:
    from markupsafe import Markup

    return Markup(svg_of(name, title, draw, size))


def _ends(lines: Sequence[Line]) -> str:
    said = [
        f"{line.name} {floats(line.y)[-1]:.3f} at {short(floats(line.x)[-1])}" for line in lines
    ]
    return f"At the right end: {', '.join(said)}."


def _said_pairs(report: Report) -> str:
    pairs = report.comparison.deciding.pairs
    return ", ".join(f"{p.a} over {p.b} {probability(p.better)}" for p in pairs)
