"""What a back-test returns: withheld budgets, pairs of sources, and who ordered them rightly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assay import draw
from assay.fitting.direction import metric
from assay.fitting.printed import Printed
from assay.fitting.records import Holdout
from assay.records import rebuilt

if TYPE_CHECKING:
    from assay.draw import Axes

__all__ = ["Backtest", "PairCall", "Withheld", "bars"]


@dataclass(frozen=True, kw_only=True)
class PairCall:
    """Two sources at a withheld budget. Differences are ``loss(b) - loss(a)``, in nats."""

    a: str
    b: str
    observed: float
    by_law: float
    by_persistence: float
    """The difference measured at the largest budget that was kept."""
    clear: bool
    """Whether the observed difference exceeds twice the noise of its runs."""

    @property
    def law_right(self) -> bool:
        """Whether the laws put the better source first."""
        return self.by_law * self.observed > 0

    @property
    def persistence_right(self) -> bool:
        """Whether the order at the largest kept budget still held."""
        return self.by_persistence * self.observed > 0


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """The largest budget of one source, predicted from the others."""

    source: str
    law: str
    holdout: Holdout
    lower: float
    """Interval for one run, from the kept runs alone."""
    upper: float
    runs: int
    inside: int
    """How many of the ``runs`` the interval holds."""


@dataclass(frozen=True, repr=False)
class Backtest(Printed):
    """How well the fits, made without the largest budgets, predict them and order the sources."""

    level: float
    """Level of the intervals."""
    withheld: tuple[Withheld, ...]
    pairs: tuple[PairCall, ...]
    skipped: tuple[str, ...]
    """Sources with too few budgets to withhold one."""
    rises: bool = False
    """Whether the metric is a score that rises: losses here are then what it misses to 1, and text
    and pictures show the score."""

    @property
    def mean_error(self) -> float:
        """Mean absolute relative error."""
        return float(np.mean([abs(w.holdout.relative) for w in self.withheld]))

    @property
    def coverage(self) -> float:
        """Share of the withheld runs inside their intervals."""
        return sum(w.inside for w in self.withheld) / sum(w.runs for w in self.withheld)

    @property
    def law_right(self) -> int:
        """How many pairs the laws put in the right order."""
        return sum(pair.law_right for pair in self.pairs)

    @property
    def persistence_right(self) -> int:
        """How many pairs the order at the largest kept budget put in the right order."""
        return sum(pair.persistence_right for pair in self.pairs)

    def __str__(self) -> str:
        """Return a few lines of text for a person."""
        lines = [self._line(one) for one in self.withheld]
        lines.append(
            f"pairs in the right order: {self.law_right} of {len(self.pairs)} by the laws, "
            f"{self.persistence_right} by persistence"
        )
        lines += [f"{source}: too few budgets to withhold one" for source in self.skipped]
        return "\n".join(lines)

    def _line(self, one: Withheld) -> str:
        holdout, low, high = one.holdout, *self.interval(one)
        return (
            f"{one.source}: {one.law} law, {missed(holdout, self.rises)}, "
            f"{self.level:.0%} interval [{low:.4g}, {high:.4g}]"
        )

    def interval(self, one: Withheld) -> tuple[float, float]:
        """Return the ends of an interval in terms of the metric."""
        return (1.0 - one.upper, 1.0 - one.lower) if self.rises else (one.lower, one.upper)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw predicted against measured losses, with intervals, and persistence beside.

        Raises
        ------
        MissingExtra
            If matplotlib is not installed.
        """
        looks = draw.looks([one.source for one in self.withheld])
        title = f"largest budgets predicted from the smaller ones, {self.level:.0%} intervals"
        return draw.backtest(ax, bars(self, looks), title)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Backtest:
        """Rebuild what :meth:`to_dict` returned, also after a trip through JSON.

        Raises
        ------
        DataError
            If the values are not those of a back-test.
        """
        return rebuilt(cls, values, "a back-test", "run it again")


def bars(test: Backtest, looks: Mapping[str, draw.Look]) -> list[draw.Bar]:
    """Return what to draw of each withheld budget, in terms of the metric."""
    found = []
    for one in test.withheld:
        lower, upper = test.interval(one)
        found.append(
            draw.Bar(
                name=one.source,
                look=looks[one.source],
                observed=metric(one.holdout.observed, test.rises),
                predicted=metric(one.holdout.predicted, test.rises),
                lower=lower,
                upper=upper,
                persistence=metric(one.holdout.kept_loss, test.rises),
            )
        )
    return found


def missed(holdout: Holdout, rises: bool) -> str:
    """Return in words what was predicted and what was measured, in terms of the metric."""
    predicted, observed = (metric(v, rises) for v in (holdout.predicted, holdout.observed))
    error = f"{predicted - observed:+.3f}" if rises else f"{holdout.relative:+.2%}"
    return f"predicted {predicted:.4g}, measured {observed:.4g} ({error})"
