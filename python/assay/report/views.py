"""What a report shows beside the comparison itself: tables and lines, one frozen record a view.

Losses and gains are in nats per token. ``None`` stands for what was not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.comparison import Comparison, Interval, Pair, Standing
from assay.comparison.records import Purchase
from assay.draw.lines import Line
from assay.draw.style import Look
from assay.report.answer import Answer
from assay.units import Unit

__all__ = [
    "AllocationRow",
    "AllocationView",
    "BudgetRow",
    "EpochRow",
    "GainView",
    "IntegrationView",
    "LawRow",
    "OverlapRow",
    "PairTable",
    "Report",
    "RunRow",
    "YieldRow",
]


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    """Which source would be the best if the decision were another size."""

    times: float
    """The size, as a multiple of the one that is decided at."""
    at: str
    """The size: a total cost, or the length of an anneal."""
    source: str | None
    """The best source there; the control: buy nothing; ``None``: nothing is within reach."""
    unique: float | None
    """Unique tokens of it that are bought."""
    cost: float | None
    """Text and training, in the deciding currency."""
    gain: Interval
    best: float
    """Probability of being the best source."""
    gains: float | None
    """Probability of beating the control."""
    beyond: float
    """How many times the largest budget that was run; 1 within the ladder."""


@dataclass(frozen=True, kw_only=True)
class EpochRow:
    """How often a source repeats at the deciding setting, and in its largest run."""

    source: str
    deciding: float
    run: float
    matched: bool
    """Whether the run repeated it as often as the deciding setting does."""


@dataclass(frozen=True, kw_only=True)
class OverlapRow:
    """What one source has of another's documents."""

    source: str
    other: str
    documents: float
    """Share of the documents of ``source`` that ``other`` has too."""
    text: float
    """Share of its text, by bytes."""


@dataclass(frozen=True, kw_only=True)
class AllocationRow:
    """One source in an allocation."""

    source: str
    """Also ``replay``, where it takes the place of bought text."""
    share: float
    """Of the candidate part of the mixture."""
    unique: float
    epochs: float
    text: float
    """What its text costs, in the deciding currency."""


@dataclass(frozen=True, kw_only=True)
class AllocationView:
    """The best mixture of several sources, beside the best single one."""

    rows: tuple[AllocationRow, ...]
    cost: float
    """Text and training, in the deciding currency."""
    gain: Interval
    single: str
    """The best single source."""
    advantage: Interval
    """Gain of the mixture minus that of the best single source."""
    better: float
    """Probability that the mixture is better than the best single source."""
    notes: tuple[str, ...]
    """What it rests on, and what was decided, as sentences."""


@dataclass(frozen=True, kw_only=True)
class IntegrationView:
    """The chosen mixture, annealed at the size of a pilot: predicted beside measured."""

    shares: Mapping[str, float]
    tokens: float
    predicted: Interval
    measured: float
    standard_error: float


@dataclass(frozen=True, kw_only=True)
class GainView:
    """Gain over the control at the same total cost, in one currency."""

    currency: Unit
    lines: tuple[Line, ...]
    crossings: tuple[Pair, ...]
    """Pairs whose order probably changes within the range of costs, the cheapest change first."""
    budget: float
    """Total cost at which sources are ranked."""


@dataclass(frozen=True, kw_only=True)
class PairTable:
    """How probably each source is better than each other one at the deciding cost."""

    names: tuple[str, ...]
    probability: tuple[tuple[float, ...], ...]
    """Probability that the source of the row is better than that of the column; NaN on the
    diagonal."""


@dataclass(frozen=True, kw_only=True)
class LawRow:
    """The law of one source, with its parameters and what to be wary of."""

    source: str
    law: str
    status: str
    params: Mapping[str, Interval]
    flags: tuple[str, ...]


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
class Report:
    """Everything on the page."""

    study: str
    question: str
    commands: tuple[str, ...]
    """What to type for the runs that the verdict names, and to go on until it is decided."""
    spent: str
    """What the runs so far cost, as a sentence."""
    comparison: Comparison
    looks: Mapping[str, Look]
    """How each source is drawn."""
    answer: Answer
    losses: tuple[Line, ...]
    """Target loss against trained tokens: the law of each source, and its runs."""
    base_loss: float | None
    """Target loss of the unannealed base."""
    gains: tuple[GainView, ...]
    """One a currency, the one that decides first."""
    pairs: PairTable
    laws: tuple[LawRow, ...]
    forgetting: tuple[Line, ...] | None
    """Guard loss minus that of the unannealed base, against trained tokens."""
    yields: tuple[YieldRow, ...]
    tokens: Mapping[str, int]
    """Tokens of each prepared corpus."""
    runs: tuple[RunRow, ...]
    provenance: Mapping[str, str]
    budgets: tuple[BudgetRow, ...]
    """From smaller to larger, the one that is decided at among them."""
    epochs: tuple[EpochRow, ...]
    """Sources that repeat, at the deciding setting or in a run."""
    guards: Mapping[str, float]
    """Guard loss after the largest run of each source, minus that of the base."""
    guard_limit: float | None = None
    """Most that it may rise."""
    overlaps: tuple[OverlapRow, ...] | None = None
    """Sources that share text, the most first; ``None`` if that was not counted."""
    allocation: AllocationView | None = None
    integration: IntegrationView | None = None

    @property
    def offers(self) -> tuple[tuple[Standing, Purchase], ...]:
        """Where each source stands, with what it costs and is worth, the best first."""
        bought = {purchase.source: purchase for purchase in self.comparison.purchases}
        return tuple(
            (standing, bought[standing.source])
            for standing in self.comparison.deciding.standings
            if standing.source in bought
        )

    @property
    def measured_ranks(self) -> Mapping[str, int]:
        """Rank of each source by one measured budget, 1 the best; without those it leaves out."""
        ranked = enumerate(self.comparison.by_persistence, start=1)
        return {source: rank for rank, source in ranked}
