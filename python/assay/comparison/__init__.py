"""Sources at equal total cost: gains, probabilities, crossings, and the decision."""

from assay.comparison.equal_cost import compare
from assay.comparison.records import (
    Crossing,
    CurrencyView,
    Curve,
    GuardChange,
    Interval,
    Pair,
    SingleBudget,
    SourceSummary,
    Standing,
    Suggestion,
    Verdict,
)
from assay.comparison.result import Comparison

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
    "compare",
]
