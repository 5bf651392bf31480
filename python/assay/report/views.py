"""What the report shows, as numbers: one frozen record a view. Drawing happens elsewhere.

Losses and gains are in nats per token. ``None`` stands for what cannot be bought or was not
measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.comparison import Interval, Pair, Suggestion
from assay.units import Unit

__all__ = [
    "Answer",
    "BacktestView",
    "CrossingMark",
    "Curve",
    "Dot",
    "ForgettingView",
    "GainView",
    "LawRow",
    "LossView",
    "PairView",
    "RankingRow",
    "RankingView",
    "Report",
    "RunRow",
    "WithheldBar",
    "YieldRow",
]


@dataclass(frozen=True)
class Dot:
    """One measured value."""

    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A line with its band, and the measurements that belong to it."""

    source: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    """Bounds of the band, as long as ``x``; empty where there is none."""
    dots: tuple[Dot, ...] = ()
    measured_to: float = float("inf")
    """Beyond this ``x`` the line is an extrapolation."""


@dataclass(frozen=True, kw_only=True)
class LossView:
    """Target loss against trained tokens: laws with bands, and the measurements."""

    curves: tuple[Curve, ...]
    base_loss: float | None
    """Loss of the unannealed base."""


@dataclass(frozen=True, kw_only=True)
class CrossingMark:
    """Where two sources are worth the same: below one is better, above it the other."""

    below: str
    above: str
    cost: Interval
    gain: float
    """Gain of both at the crossing."""
    probability: float
    found: bool
    """Whether ``probability`` reaches the confidence of the study."""


@dataclass(frozen=True, kw_only=True)
class GainView:
    """Gain over the control at the same total cost, in one currency."""

    currency: Unit
    curves: tuple[Curve, ...]
    crossings: tuple[CrossingMark, ...]
    budget: float
    """Total cost at which sources are ranked."""


@dataclass(frozen=True, kw_only=True)
class RankingRow:
    """A source at the deciding cost: the laws' word beside the single budget's."""

    source: str
    tokens: float | None
    epochs: float | None
    gain: Interval
    best: float
    """Probability of being the best source."""
    gains: float | None
    """Probability of beating the control; ``None`` without one."""
    law_rank: int
    single_rank: int | None
    single_loss: float | None


@dataclass(frozen=True, kw_only=True)
class RankingView:
    """The sources at equal total cost in one currency, the best first."""

    currency: Unit
    budget: float
    single_cost: float | None
    """Total cost at which all sources of the single-budget ranking were measured."""
    rows: tuple[RankingRow, ...]


@dataclass(frozen=True, kw_only=True)
class PairView:
    """Every two sources at the deciding cost."""

    names: tuple[str, ...]
    probability: tuple[tuple[float, ...], ...]
    """P(that of the row is better than that of the column); NaN on the diagonal."""
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, kw_only=True)
class WithheldBar:
    """The largest budget of a source, withheld from its fit and predicted."""

    source: str
    tokens: float
    observed: float
    predicted: float
    lower: float
    upper: float
    """Interval for one run."""

    @property
    def error(self) -> float:
        """Predicted minus observed loss."""
        return self.predicted - self.observed

    @property
    def covered(self) -> bool:
        """Whether the observed loss lies in the interval."""
        return self.lower <= self.observed <= self.upper


@dataclass(frozen=True, kw_only=True)
class BacktestView:
    """How well withheld budgets were predicted, and whether the laws beat persistence."""

    bars: tuple[WithheldBar, ...]
    pairs: int
    by_law: int
    """Pairs of sources put in the right order at the withheld budget by the laws."""
    by_persistence: int
    """The same by keeping the order of the largest budget that was not withheld."""


@dataclass(frozen=True, kw_only=True)
class LawRow:
    """The law of one source, with its parameters and what to be wary of."""

    source: str
    law: str
    status: str
    params: Mapping[str, Interval]
    flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ForgettingView:
    """Guard loss minus that of the unannealed base, against trained tokens."""

    curves: tuple[Curve, ...]


@dataclass(frozen=True, kw_only=True)
class YieldRow:
    """What one stage of preparation passed on."""

    corpus: str
    stage: str
    documents_in: int
    documents_out: int
    bytes_in: int
    bytes_out: int
    dropped: Mapping[str, int]
    """Documents dropped, by reason."""


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """One anneal, or the unannealed base, as it was measured."""

    source: str
    tokens: int
    seed: int
    steps: int
    epochs: float
    target_loss: float
    target_bits_per_byte: float
    target_top1: float
    guard_loss: float | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The verdict, in words."""

    headline: str
    details: tuple[str, ...]
    caveats: tuple[str, ...]
    runs: tuple[Suggestion, ...]
    """What to run next."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything on the page."""

    study: str
    question: str
    confidence: float
    answer: Answer
    loss: LossView
    gains: tuple[GainView, ...]
    """One a currency, the one that decides first."""
    ranking: RankingView
    pairs: PairView
    backtest: BacktestView | None
    laws: tuple[LawRow, ...]
    forgetting: ForgettingView | None
    yields: tuple[YieldRow, ...]
    tokens: Mapping[str, int]
    """Tokens of each prepared corpus."""
    runs: tuple[RunRow, ...]
    provenance: Mapping[str, str]
