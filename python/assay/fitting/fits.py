"""The fits of several sources as one mapping, printed and written as JSON together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from assay import draw
from assay.errors import DataError, MissingExtra
from assay.fitting.printed import Printed
from assay.fitting.result import FitResult, Kind
from assay.immutable import freeze
from assay.laws.law import Array

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from assay.draw import Axes

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

    def summary(self) -> str:
        """Return a few lines of text on each source."""
        return "\n".join(result.summary() for result in self.results.values())

    def __str__(self) -> str:
        """Return the summaries of all sources."""
        return self.summary()

    def predict(
        self, x: Mapping[str, ArrayLike], interval: float | None = 0.95, kind: Kind = "mean"
    ) -> dict[str, dict[str, Array]]:
        """Predict every source at the same settings.

        Returns what :meth:`assay.FitResult.predict` does, by source.

        Raises
        ------
        FitError
            As :meth:`assay.FitResult.predict`.
        """
        return {name: result.predict(x, interval, kind) for name, result in self.results.items()}

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the runs and the fitted mean of every source over the size of their runs.

        Raises
        ------
        FitError
            If the laws read more than one size: draw each source by itself.
        MissingExtra
            If matplotlib is not installed.
        """
        return draw.laws(ax, list(self.results.values()))

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame with a row for each source.

        Columns: the source, its leading law with that law's share, the status, the number of runs,
        the noise of a run in log loss, the withheld error as a share of the loss (for a score, of
        its error), the codes of the warnings, and the parameters of the leading law.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            text = "a frame needs pandas: pip install pandas, or use to_dict()"
            raise MissingExtra(text) from None
        return pd.DataFrame([_row(result) for result in self.results.values()])

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


def _row(result: FitResult) -> dict[str, Any]:
    return {
        "source": result.source,
        "law": result.law,
        "weight": result.lead.weight,
        "status": result.status,
        "runs": len(result.points),
        "noise": result.errors.noise,
        "withheld_error": result.withheld.relative if result.withheld else float("nan"),
        "warnings": ", ".join(flag.code for flag in result.warnings),
        **result.params,
    }
