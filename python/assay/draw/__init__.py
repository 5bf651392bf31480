"""Pictures of fits and comparisons: one function each, matplotlib axes in and out.

``ax=None`` makes new axes by pyplot, which needs the extra ``report``. Importing this package
imports neither matplotlib nor the pictures: results that can draw themselves import it, and most
never do.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # For the annotations of results that draw themselves.
    from matplotlib.axes import Axes as Axes

    from assay.draw.lines import Line
    from assay.draw.plot_backtest import Bar, backtest
    from assay.draw.plot_crossing import Mark, crossing
    from assay.draw.plot_law import law, laws
    from assay.draw.plot_profile import profile
    from assay.draw.plot_residuals import residuals
    from assay.draw.style import Look, looks

__all__ = [
    "Bar",
    "Line",
    "Look",
    "Mark",
    "backtest",
    "crossing",
    "law",
    "laws",
    "looks",
    "profile",
    "residuals",
]

_HOMES = {
    "Bar": "plot_backtest",
    "Line": "lines",
    "Look": "style",
    "Mark": "plot_crossing",
    "backtest": "plot_backtest",
    "crossing": "plot_crossing",
    "law": "plot_law",
    "laws": "plot_law",
    "looks": "style",
    "profile": "plot_profile",
    "residuals": "plot_residuals",
}


def __getattr__(name: str) -> Any:
    """Import a picture when it is first used."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"assay.draw.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'assay.draw' has no attribute {name!r}")
