"""Lay a report out as one self-contained HTML page: no script, no network, all text escaped."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from assay.report import plots
from assay.report.formats import number, probability, short, within
from assay.report.style import AXIS_NAME, Look, looks
from assay.report.svg import svg_of
from assay.report.views import Curve, GainView, Report
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
    look = looks([curve.source for curve in report.loss.curves])
    text = (importlib.resources.files("assay.report") / "template.html").read_text("utf-8")
    return environment.from_string(text).render(
        report=report, look=look, drawings=_drawings(report, look)
    )


def _drawings(report: Report, look: Mapping[str, Look]) -> dict[str, Markup]:
    """Draw every view that has something to show, by the name that the page gives it."""
    first, *others = report.gains
    drawn = {
        "loss": _svg(
            "loss",
            f"Target loss against trained tokens. {_ends(report.loss.curves)}",
            lambda ax: plots.draw_loss(ax, report.loss, look),
            _WIDE,
        ),
        "pairs": _svg(
            "pairs",
            f"Probability of being better, pair by pair: {_said_pairs(report)}.",
            lambda ax: plots.draw_pairs(ax, report.pairs),
            _HALF,
        ),
        **_gain(first, look, _WIDE),
    }
    for view in others:
        drawn |= _gain(view, look, _HALF)
    backtest, forgetting = report.backtest, report.forgetting
    if backtest is not None:
        said = ", ".join(f"{bar.source} {bar.error:+.3f}" for bar in backtest.bars)
        drawn["backtest"] = _svg(
            "backtest",
            f"Predicted minus observed loss of the withheld budgets: {said}.",
            lambda ax: plots.draw_backtest(ax, backtest, look),
            _HALF,
        )
    if forgetting is not None:
        drawn["forgetting"] = _svg(
            "forgetting",
            f"Guard loss minus that of the base. {_ends(forgetting.curves)}",
            lambda ax: plots.draw_forgetting(ax, forgetting, look),
            _WIDE,
        )
    return drawn


def _gain(view: GainView, look: Mapping[str, Look], size: tuple[float, float]) -> dict[str, Markup]:
    name = f"gain-{view.currency}"
    title = f"Gain over the control against {AXIS_NAME[view.currency]}. {_ends(view.curves)}"
    return {name: _svg(name, title, lambda ax: plots.draw_gain(ax, view, look), size)}


def _svg(
    name: str, title: str, draw: Callable[[Axes], object], size: tuple[float, float]
) -> Markup:
    from markupsafe import Markup

    return Markup(svg_of(name, title, draw, size))


def _ends(curves: Sequence[Curve]) -> str:
    said = [f"{c.source} {c.y[-1]:.3f} at {short(c.x[-1])}" for c in curves if c.y]
    return f"At the right end: {', '.join(said)}."


def _said_pairs(report: Report) -> str:
    return ", ".join(f"{p.a} over {p.b} {probability(p.better)}" for p in report.pairs.pairs)
