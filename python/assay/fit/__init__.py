"""Fitting one law to one source: objective, starts, solver, and the record of the result."""

from assay.fit.member import Diagnostics, Member
from assay.fit.profile import Profile
from assay.fit.result import ErrorModel, FitResult, Fits, Flag, Holdout

__all__ = [
    "Diagnostics",
    "ErrorModel",
    "FitResult",
    "Fits",
    "Flag",
    "Holdout",
    "Member",
    "Profile",
]
