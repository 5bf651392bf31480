"""Fits with their uncertainty: resampling, run noise, the law's own error, the back-test."""

from assay.uncertainty.backtest import Backtest, PairCall, Withheld, backtest, backtest_fits
from assay.uncertainty.estimate import fit
from assay.uncertainty.next_run import NextRun, next_runs
from assay.uncertainty.study import fit_study

__all__ = [
    "Backtest",
    "NextRun",
    "PairCall",
    "Withheld",
    "backtest",
    "backtest_fits",
    "fit",
    "fit_study",
    "next_runs",
]
