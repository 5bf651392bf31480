"""What ``allocate`` returns: findings that print themselves, and go into JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assay.allocation.records import Purchasing
from assay.allocation.text import describe
from assay.fitting.printed import Printed
from assay.records import rebuilt

__all__ = ["Allocation"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Allocation(Printed, Purchasing):
    """How much of each source to buy."""

    def __str__(self) -> str:
        """Return the purchases and what they rest on, for a terminal."""
        return describe(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Allocation:
        """Rebuild what :meth:`to_dict` returned, also after a trip through JSON.

        Raises
        ------
        DataError
            If the values are not those of an allocation.
        """
        return rebuilt(cls, values, "an allocation", "allocate again")
