"""How results show themselves: as their text, in a terminal and in a notebook."""

from __future__ import annotations

import html

__all__ = ["Printed"]


class Printed:
    """A result whose ``str`` is what a person wants to see wherever it is shown."""

    def __repr__(self) -> str:
        """Return the text."""
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"
