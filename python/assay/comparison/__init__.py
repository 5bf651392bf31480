"""Sources at equal total cost: gains, probabilities, crossings, and the decision."""

from assay.comparison.build import compare
from assay.comparison.records import (
    Comparison,
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
