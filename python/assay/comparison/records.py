"""What a comparison found, as frozen records without any drawing or printing.

Gains and differences are in nats per token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assay.errors import FitError
from assay.fitting.records import Flag
from assay.fitting.withheld import Backtest
from assay.immutable import freeze
from assay.units import Unit

__all__ = [
    "Bill",
    "Crossing",
    "CurrencyView",
    "Curve",
    "Findings",
    "GuardChange",
    "Interval",
    "Pair",
    "Purchase",
    "SingleBudget",
    "SourceSummary",
    "Standing",
    "Suggestion",
    "Verdict",
]


@dataclass(frozen=True)
class Interval:
    """A value with its interval; ``None`` means that it lies beyond every cost looked at."""

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
    gains: float | None
    """Probability of beating the control; ``None`` without a control."""
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
    """Whether ``probability`` reaches the confidence asked for, all pairs looked at counted."""


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
    reverse_multiplier: Interval
    """How many times the cost must be spent on ``a`` to get what ``b`` gives."""
    crossing: Crossing | None
    """``None`` where the two have no range of costs in common."""

    @property
    def above(self) -> str | None:
        """The source that is better above the crossing."""
        return None if self.crossing is None else self.crossing.better_above

    @property
    def below(self) -> str | None:
        """The source that is better below the crossing."""
        return None if self.crossing is None else self.b if self.above == self.a else self.a


@dataclass(frozen=True, kw_only=True)
class SingleBudget:
    """What one budget alone would say: measured losses at one total cost, no law."""

    cost: float
    """The largest total cost up to which every source listed was measured."""
    losses: Mapping[str, float]
    """Measured means, interpolated linearly in log cost, the best first."""

    def __post_init__(self) -> None:
        """Freeze the losses."""
        freeze(self, losses=self.losses)


@dataclass(frozen=True, kw_only=True)
class CurrencyView:
    """Everything at equal total cost in one currency."""

    currency: Unit
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
    """The law of one source, how well it did on a withheld budget, and what to be wary of."""

    source: str
    law: str
    status: str
    withheld_error: float | None
    """Relative error of the prediction of the largest budget from the others."""
    withheld_nats: float | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, kw_only=True)
class GuardChange:
    """Forgetting: the loss on a guard set after annealing on a source at one budget."""

    evaluation: str
    source: str
    tokens: int
    loss: float
    from_base: float | None
    """``loss`` minus the loss of the unannealed base; ``None`` if the base was not measured."""
    from_control: float | None
    """``loss`` minus the loss of the control; ``None`` if it was not run at this budget."""


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What buying a source comes to, for the anneal that the question asks for."""

    source: str
    tokens: float
    """Trained tokens of the anneal."""
    unique: float
    """Unique tokens of the source that are bought; 0 for the control."""
    epochs: float
    text: Mapping[Unit, float]
    """What the text costs, by currency."""
    training: Mapping[Unit, float]

    def __post_init__(self) -> None:
        """Freeze the amounts."""
        freeze(self, text=self.text, training=self.training)

    def total(self, currency: Unit) -> float:
        """Return what text and training cost together."""
        return self.text[currency] + self.training[currency]


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One source as something to buy: its bill, and what its text is worth.

    The worth is the highest price of the text at which the source still is no worse than the best
    alternative: another source at its own price, or buying nothing. It is in the deciding
    currency; ``None`` for an upper end means more than any price looked at, and 0 that the source
    is not worth having for free.
    """

    source: str
    bill: Bill | None
    """``None`` where the source cannot be bought for the question asked."""
    gain: Interval
    """Over the control: at the same length if that is fixed, else at the same total cost."""
    worth: Interval
    worth_per_million: Interval
    """The same, for a million unique tokens."""
    against: str | None
    """The alternative that sets the worth: a source, or the control for buying nothing."""
    worth_over_control: Interval
    """The worth if there were no other source."""
    pays: float | None
    """Probability that the text is worth its price; ``None`` out of reach."""
    keeps_guard: float | None
    """Probability that the guard loss stays within its limit; ``None`` without a limit."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A run that would help to decide."""

    source: str
    tokens: float
    epochs: float
    cost: float
    """Of all repeats together, in the deciding currency: training, and text not paid before."""
    benefit: float
    """Expected drop of the probability of deciding wrongly, once the runs before it are made."""
    benefit_per_cost: float
    repeats: int = 1
    """How many such runs, each with a seed of its own."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The decision: buy a source, run something first, take the cheaper, or none can be said."""

    kind: Literal["buy", "run-next", "tied", "cannot-tell"]
    source: str | None
    """The source to buy (the control: buy nothing), or the likeliest best; ``None`` where none
    can be bought."""
    probability: float
    """Probability that ``source`` is a right choice: the best or within the least gain of it,
    better than the control, and within the limit of the guard, whichever is smallest."""
    reason: str
    runs: tuple[Suggestion, ...]
    """What to run next, the most useful for its cost first."""
    bill: Bill | None = None
    """What buying ``source`` costs; ``None`` where nothing is to be bought yet."""
    tied: tuple[str, ...] = ()
    """Sources that differ by less than the least gain, the cheapest first; else empty."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All that a comparison found: the decision, and what it rests on."""

    control: str | None
    currency: Unit
    """The currency in which the decision is taken."""
    confidence: float
    verdict: Verdict
    views: tuple[CurrencyView, ...]
    """One for each currency in which training costs something, the deciding one first."""
    sources: tuple[SourceSummary, ...]
    backtest: Backtest | None
    """``None`` where no source has enough budgets to withhold one."""
    guards: tuple[GuardChange, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    """One for each source, in the order of the standings; empty where nothing has a price."""
    question: Literal["spend", "anneal"] = "spend"
    """Whether the total cost is fixed, or the length of the final anneal."""
    anneal_tokens: float | None = None
    """The fixed length of the final anneal, in trained tokens."""
    least_gain: float = 0.0
    """Sources that differ by less are tied, in nats per token."""
    looks: int = 1
    """How many times the study was decided, each time on new measurements."""
    rising: str | None = None
    """Name of the score that rises, if losses here are what it misses to 1."""

    @property
    def deciding(self) -> CurrencyView:
        """The view in the deciding currency."""
        return self.views[0]

    @property
    def by_law(self) -> tuple[str, ...]:
        """The sources within reach at the deciding cost, the lowest predicted loss first."""
        return tuple(s.source for s in self.deciding.standings if s.tokens is not None)

    @property
    def by_persistence(self) -> tuple[str, ...]:
        """The order measured at the largest cost that all were measured at, the best first."""
        single = self.deciding.single
        return tuple(s for s in single.losses if s != self.control) if single else ()

    @property
    def ranking_by(self) -> Literal["law", "persistence"]:
        """Which order to follow: the one that was right more often about withheld budgets.

        The laws are followed unless the order of the largest kept budget was right about more
        pairs.
        """
        if self.backtest is None or not self.by_persistence:
            return "law"
        kept = self.backtest.persistence_right > self.backtest.law_right
        return "persistence" if kept else "law"

    @property
    def ranking(self) -> tuple[str, ...]:
        """The sources, the best first, in the order that :attr:`ranking_by` names."""
        return self.by_law if self.ranking_by == "law" else self.by_persistence

    @property
    def crossings(self) -> tuple[Pair, ...]:
        """The pairs whose order changes within the range of costs, as far as claimed."""
        return tuple(p for p in self.deciding.pairs if p.crossing is not None and p.crossing.found)

    def prob_better(self, a: str, b: str) -> float:
        """Probability that ``a`` has the lower loss at the deciding cost; ties count half."""
        pair, turned = self._pair(a, b)
        return 1.0 - pair.better if turned else pair.better

    def difference(self, a: str, b: str) -> Interval:
        """Return ``loss(b) - loss(a)`` at the deciding cost, in nats per token."""
        pair, turned = self._pair(a, b)
        found = pair.difference
        if not turned:
            return found
        value, low, high = (
            None if end is None else -end for end in (found.value, found.upper, found.lower)
        )
        return Interval(value, low, high)

    def multiplier(self, a: str, b: str) -> Interval:
        """How many times the cost must be spent on ``b`` to get what ``a`` gives."""
        pair, turned = self._pair(a, b)
        return pair.reverse_multiplier if turned else pair.multiplier

    def _pair(self, a: str, b: str) -> tuple[Pair, bool]:
        """Return the pair, and whether it is listed the other way round."""
        for pair in self.deciding.pairs:
            if {pair.a, pair.b} == {a, b}:
                return pair, pair.a != a
        known = ", ".join(f"{p.a} with {p.b}" for p in self.deciding.pairs)
        raise FitError(f"{a} was not compared with {b}: found {known}")
