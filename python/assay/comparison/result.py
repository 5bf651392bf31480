"""What ``compare`` returns: findings that print and draw themselves, and go into JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assay.comparison.plot import plot
from assay.comparison.records import Findings
from assay.comparison.text import describe
from assay.fitting.printed import Printed
from assay.records import rebuilt

if TYPE_CHECKING:
    from assay.draw import Axes

__all__ = ["Comparison"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison(Printed, Findings):
    """Sources compared at equal total cost, and the decision."""

    def __str__(self) -> str:
        """Return the verdict and what it rests on, for a terminal."""
        return describe(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the gain over the control (the loss, without one) against total cost.

        Raises
        ------
        MissingExtra
            If matplotlib is not installed.
        """
        return plot(self, ax)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Comparison:
        """Rebuild what :meth:`to_dict` returned, also after a trip through JSON.

        Raises
        ------
        DataError
            If the values are not those of a comparison.
        """
        return rebuilt(cls, values, "a comparison", "compare again")
