"""Lay a report out as one self-contained HTML page: no script, no network, all text escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assay.comparison import words
from assay.comparison.formats import MISSING, number, probability, short, within
from assay.draw.lines import Line, floats
from assay.draw.style import COST
from assay.report import plots
from assay.report.style import themed
from assay.report.svg import svg_of
from assay.report.views import GainView, Report
from assay.units import NAMES, digits, format_amount

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

__all__ = ["render"]

_SIZE = (4.2, 3.0)
"""Inches: two stand side by side on a sheet, and one fills the screen of a telephone."""


def render(report: Report) -> str:
    """Return the page as HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, loader=PackageLoader("assay.report", "page")
    )
    environment.filters |= {
        "amount": format_amount,
        "digits": digits,
        "number": number,
        "probability": _probability,
        "short": short,
        "up_to": words.up_to,
        "within": within,
    }
    return environment.get_template("page.html").render(
        report=report,
        asked=_asked(report),
        colours=themed(report.looks),
        drawings=_drawings(report),
        names=NAMES,
        units=[view.currency for view in report.comparison.views],
    )


def _asked(report: Report) -> str:
    """Say where the decision is taken, behind a comma."""
    asked = words.asked(report.comparison)
    return f"at {asked} in total" if report.comparison.question == "spend" else f"in {asked}"


def _probability(value: float | None) -> str:
    return MISSING if value is None else probability(value)


def _drawings(report: Report) -> dict[str, Markup]:
    """Draw every view that has something to show, by the name that the page gives it."""
    drawn = {
        "loss": _svg(
            "loss",
            f"Target loss against trained tokens. {_ends(report.losses)}",
            lambda ax: plots.draw_losses(ax, report.losses, report.base_loss),
        ),
        "pairs": _svg(
            "pairs",
            f"Probability of being better, pair by pair: {_said_pairs(report)}.",
            lambda ax: plots.draw_pairs(ax, report.pairs),
        ),
    }
    for view in report.gains:
        drawn |= _gain(view)
    test, forgetting, comparison = report.comparison.backtest, report.forgetting, report.comparison
    if any(purchase.against for purchase in comparison.purchases):
        drawn["worth"] = _svg(
            "worth",
            f"What the text is worth: {_said_worths(report)}.",
            lambda ax: plots.draw_worth(
                ax, comparison.purchases, report.looks, comparison.currency
            ),
        )
    if test is not None:
        said = ", ".join(f"{one.source} {one.holdout.nats:+.3f}" for one in test.withheld)
        drawn["backtest"] = _svg(
            "backtest",
            f"Predicted minus observed loss of the withheld budgets: {said}.",
            lambda ax: plots.draw_backtest(ax, test, report.looks),
        )
    if forgetting is not None:
        drawn["forgetting"] = _svg(
            "forgetting",
            f"Guard loss minus that of the base. {_ends(forgetting)}",
            lambda ax: plots.draw_forgetting(ax, forgetting, report.guard_limit),
        )
    return drawn


def _gain(view: GainView) -> dict[str, Markup]:
    name = f"gain-{view.currency}"
    title = f"Gain over the control against {COST[view.currency]}. {_ends(view.lines)}"
    return {name: _svg(name, title, lambda ax: plots.draw_gain(ax, view))}


def _svg(name: str, title: str, draw: Callable[[Axes], object]) -> Markup:
    from markupsafe import Markup

    return Markup(svg_of(name, title, draw, _SIZE))


def _ends(lines: Sequence[Line]) -> str:
    said = [
        f"{line.name} {floats(line.y)[-1]:.3f} at {short(floats(line.x)[-1])}" for line in lines
    ]
    return f"At the right end: {', '.join(said)}."


def _said_pairs(report: Report) -> str:
    pairs = report.comparison.deciding.pairs
    return ", ".join(f"{p.a} over {p.b} {probability(p.better)}" for p in pairs)


def _said_worths(report: Report) -> str:
    currency = report.comparison.currency
    return ", ".join(
        f"{one.source} up to {words.up_to(one.worth, currency)}, "
        f"asked {format_amount(one.bill.text[currency], currency)}"
        for one in report.comparison.purchases
        if one.bill is not None and one.against is not None
    )
