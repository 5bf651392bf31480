"""Sources at equal total cost: gains, probabilities, crossings, and the decision."""

from assay.compare.build import compare
from assay.compare.records import (
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
from assay.compare.study import compare_study

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
    "compare_study",
]
