"""Turn a drawing into inline SVG: no names in common, no addresses, the page's own colours."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from assay.report.style import THEMED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["svg_of"]

_DROPPED = (
    r"<\?xml.*?\?>",
    r"<!DOCTYPE.*?>",
    r"<metadata>.*?</metadata>",
    r' xmlns(:\w+)?="[^"]*"',
)


def svg_of(name: str, title: str, draw: Callable[[Axes], object], size: tuple[float, float]) -> str:
    """Draw on fresh axes and return the ``<svg>`` element.

    Parameters
    ----------
    name
        Unique on the page: prefix of every id in the drawing.
    title
        Text for those who do not see the drawing.
    draw
        Called with the axes.
    size
        Width and height in inches.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure = Figure(figsize=size)
        draw(figure.subplots())
        sink = io.StringIO()
        figure.savefig(
            sink, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None}
        )
    return _inline(sink.getvalue(), name, title)


def _inline(text: str, name: str, title: str) -> str:
    for pattern in _DROPPED:
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    text = text.replace(' id="', f' id="{name}-').replace("url(#", f"url(#{name}-")
    text = text.replace('xlink:href="#', f'href="#{name}-')
    for placeholder, colour in THEMED.items():
        text = text.replace(placeholder, colour)
    head, _, body = text.strip().partition(">")
    label = f"{name}-title"
    said = html.escape(title)
    return f'{head} role="img" aria-labelledby="{label}"><title id="{label}">{said}</title>{body}'
