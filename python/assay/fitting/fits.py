"""The fits of several sources as one mapping, printed and written as JSON together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assay.errors import DataError
from assay.fitting.printed import Printed
from assay.fitting.result import FitResult
from assay.immutable import freeze

__all__ = ["Fits"]


@dataclass(frozen=True, eq=False, repr=False)
class Fits(Printed, Mapping[str, FitResult]):
    """The fits of several sources, by name."""

    results: Mapping[str, FitResult]

    def __post_init__(self) -> None:
        """Freeze the mapping."""
        freeze(self, results=self.results)

    def __getitem__(self, source: str) -> FitResult:
        """Return the fit of ``source``; unknown names raise ``KeyError``, as in any mapping."""
        return self.results[source]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the sources."""
        return iter(self.results)

    def __len__(self) -> int:
        """Return the number of sources."""
        return len(self.results)

    def __str__(self) -> str:
        """Return the summaries of all sources."""
        return "\n".join(result.summary() for result in self.results.values())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return {"fits": [result.to_dict() for result in self.results.values()]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Fits:
        """Rebuild what :meth:`to_dict` returned.

        Raises
        ------
        DataError
            If the values are not those of fits.
        """
        if not isinstance(values, Mapping) or not isinstance(values.get("fits"), list):
            raise DataError("not a table of fits: fit again")
        results = [FitResult.from_dict(value) for value in values["fits"]]
        return cls({result.source: result for result in results})
