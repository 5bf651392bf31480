"""Laws fitted to results, with their uncertainty: fits, back-tests, and which runs would help most.

``estimate``, ``back_test`` and ``next_run`` hold the functions that people call. Below them stand
``point`` (one law, one data set, one optimum) and ``spread`` (how far that optimum can be trusted).
"""

from assay.fitting.back_test import backtest, backtest_fits
from assay.fitting.estimate import fit
from assay.fitting.fits import Fits
from assay.fitting.member import Diagnostics, Member
from assay.fitting.next_run import NextRun, next_runs
from assay.fitting.profile_likelihood import Profile
from assay.fitting.records import ErrorModel, Flag, Holdout
from assay.fitting.result import FitResult
from assay.fitting.withheld import Backtest, PairCall, Withheld

__all__ = [
    "Backtest",
    "Diagnostics",
    "ErrorModel",
    "FitResult",
    "Fits",
    "Flag",
    "Holdout",
    "Member",
    "NextRun",
    "PairCall",
    "Profile",
    "Withheld",
    "backtest",
    "backtest_fits",
    "fit",
    "next_runs",
]
