"""What a report shows beside the comparison itself: tables and lines, one frozen record a view.

Losses and gains are in nats per token. ``None`` stands for what was not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.comparison import Comparison, Interval, Pair
from assay.draw.lines import Line
from assay.draw.style import Look
from assay.report.answer import Answer
from assay.units import Unit

__all__ = ["GainView", "LawRow", "PairTable", "Report", "RunRow", "YieldRow"]


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

    @property
    def measured_ranks(self) -> Mapping[str, int]:
        """Rank of each source by one measured budget, 1 the best; without those it leaves out."""
        ranked = enumerate(self.comparison.by_persistence, start=1)
        return {source: rank for rank, source in ranked}
