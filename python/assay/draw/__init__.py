"""Pictures of fits and comparisons: one function each, matplotlib axes in and out.

``ax=None`` makes new axes by pyplot, which needs the extra ``report``. Importing this package does
not import matplotlib.
"""

from typing import TYPE_CHECKING

from assay.draw.lines import Line
from assay.draw.plot_backtest import Bar, backtest
from assay.draw.plot_crossing import Mark, crossing
from assay.draw.plot_law import law
from assay.draw.plot_profile import profile
from assay.draw.plot_residuals import residuals
from assay.draw.style import Look, looks

if TYPE_CHECKING:
    # For the annotations of results that draw themselves.
    from matplotlib.axes import Axes as Axes

__all__ = [
    "Bar",
    "Line",
    "Look",
    "Mark",
    "backtest",
    "crossing",
    "law",
    "looks",
    "profile",
    "residuals",
]
