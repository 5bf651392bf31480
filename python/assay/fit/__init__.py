"""Fitting one law to one source: objective, starts, solver, and the record of the result."""

from assay.fit.result import ErrorModel, FitResult, Fits, Flag, Holdout

__all__ = ["ErrorModel", "FitResult", "Fits", "Flag", "Holdout"]
