"""The frozen records of a comparison. Gains and differences are in nats per token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assay.errors import DataError
from assay.fit.result import Flag
from assay.uncertainty import Backtest
from assay.units import Currency

__all__ = [
    "Comparison",
    "Crossing",
    "CurrencyView",
    "Curve",
    "GuardChange",
    "Interval",
    "Pair",
    "SingleBudget",
    "SourceSummary",
    "Standing",
    "Suggestion",
    "Verdict",
]


@dataclass(frozen=True)
class Interval:
    """A value with its interval; ``None`` stands for beyond every spend that was looked at."""

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One source over the grid of total costs; ``None`` where the cost is out of its reach."""

    source: str
    tokens: tuple[float | None, ...]
    """Trained tokens that each cost buys."""
    epochs: tuple[float | None, ...]
    loss: tuple[float | None, ...]
    loss_lower: tuple[float | None, ...]
    loss_upper: tuple[float | None, ...]
    gain: tuple[float | None, ...]
    """Loss of the control at the same total cost minus that of the source."""
    gain_lower: tuple[float | None, ...]
    gain_upper: tuple[float | None, ...]
    measured_to: float
    """Total cost of the largest budget that was run; beyond it the curve extrapolates."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One source at the deciding cost; ``tokens`` is ``None`` where it cannot be bought."""

    source: str
    tokens: float | None
    epochs: float | None
    loss: Interval
    gain: Interval
    best: float
    """Probability of being the best source (the control not counted)."""
    gains: float
    """Probability of beating the control."""
    decades_beyond: float | None
    """How far beyond the measured budgets the cost leads, in powers of ten."""


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Where two laws meet: below this total cost one source is better, above it the other."""

    cost: Interval
    """Median over the draws that cross in the range looked at."""
    better_above: str
    """The source that is better at larger costs, in the likelier direction."""
    probability: float
    """Share of the draws that cross in this direction."""
    none: float
    """Share of the draws in which the order is the same at both ends of the range."""
    found: bool
    """Whether ``probability`` reaches the confidence asked for."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two sources (or a source and the control) compared at equal total cost."""

    a: str
    b: str
    better: float
    """Probability that ``a`` is better than ``b``; ties count half."""
    difference: Interval
    """``loss(b) - loss(a)``."""
    multiplier: Interval
    """How many times the cost must be spent on ``b`` to get what ``a`` gives; ``None``: more
    than every multiple looked at."""
    crossing: Crossing | None
    """``None`` where the two have no range of costs in common."""


@dataclass(frozen=True, kw_only=True)
class SingleBudget:
    """What one budget alone would say: measured losses at one total cost, no law."""

    cost: float
    """The largest total cost up to which every source listed was measured."""
    losses: Mapping[str, float]
    """Measured means, interpolated linearly in log cost, the best first."""


@dataclass(frozen=True, kw_only=True)
class CurrencyView:
    """Everything at equal total cost in one currency."""

    currency: Currency
    at: float
    """The deciding cost."""
    cost: tuple[float, ...]
    """The grid of the curves."""
    curves: tuple[Curve, ...]
    """The sources and the control."""
    standings: tuple[Standing, ...]
    """The sources, the best first by their laws: the laws' ranking."""
    pairs: tuple[Pair, ...]
    single: SingleBudget | None
    """The single-budget ranking; ``None`` where no cost was measured for two sources."""


@dataclass(frozen=True, kw_only=True)
class SourceSummary:
    """What to know of one fit."""

    source: str
    law: str
    status: str
    withheld_error: float | None
    """Relative error of the prediction of the largest budget from the others."""
    withheld_nats: float | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, kw_only=True)
class GuardChange:
    """Forgetting: the guard loss of a source's largest budget."""

    evaluation: str
    source: str
    tokens: int
    loss: float
    from_base: float | None
    """Minus the loss of the unannealed base."""
    from_control: float | None
    """Minus the loss of the control at the same budget."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A run that would help to decide."""

    source: str
    tokens: float
    epochs: float
    cost: float
    benefit: float
    """Expected drop of the probability of deciding wrongly."""
    benefit_per_cost: float


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer."""

    kind: Literal["buy", "run-next", "cannot-tell"]
    source: str | None
    """The source to buy, or the likeliest best; ``None`` where none can be bought."""
    probability: float
    """Of ``source`` being the best and beating the control: the smaller of the two."""
    reason: str
    runs: tuple[Suggestion, ...]
    """What to run next, the most useful for its cost first."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Sources compared at equal total cost, and the decision."""

    control: str
    currency: Currency
    """The currency in which the decision is taken."""
    confidence: float
    verdict: Verdict
    views: tuple[CurrencyView, ...]
    """One for each currency in which training costs something, the deciding one first."""
    sources: tuple[SourceSummary, ...]
    backtest: Backtest | None
    """``None`` where no source has enough budgets to withhold one."""
    guards: tuple[GuardChange, ...] = ()

    @property
    def deciding(self) -> CurrencyView:
        """The view in the deciding currency."""
        return self.views[0]

    def __str__(self) -> str:
        """Return the verdict and what it rests on, for a terminal."""
        from assay.compare.text import describe

        return describe(self)

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
        from pydantic import TypeAdapter, ValidationError

        try:
            return TypeAdapter(cls).validate_python(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise DataError(f"not a comparison: {where}: {first['msg']}: compare again") from None
