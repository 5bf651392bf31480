"""assay: what a source of training data is worth, before you pay for it.

>>> import assay
>>> runs = assay.read_runs("runs.csv")
>>> fits = assay.fit(runs, x=["tokens"], y="loss")
>>> print(fits)
web: power law, 6 runs, ok
  E      ...
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from assay import _core
from assay.comparison import Comparison, compare
from assay.errors import (
    AssayError,
    DataError,
    FitError,
    Interrupted,
    MissingExtra,
    RecipeError,
    StudyError,
)
from assay.fitting import Backtest, FitResult, Fits, backtest, fit, next_runs
from assay.ingest import read_runs

if TYPE_CHECKING:
    from assay.allocation import Allocation, allocate
    from assay.pricesheet import read_prices
    from assay.study import Study, load_study

__all__ = [
    "Allocation",
    "AssayError",
    "Backtest",
    "Comparison",
    "DataError",
    "FitError",
    "FitResult",
    "Fits",
    "Interrupted",
    "MissingExtra",
    "RecipeError",
    "Study",
    "StudyError",
    "__version__",
    "allocate",
    "backtest",
    "compare",
    "fit",
    "load_study",
    "next_runs",
    "read_prices",
    "read_runs",
]

__version__ = _core.__version__

_LATER = {  # they load pydantic
    "Allocation": "assay.allocation",
    "Study": "assay.study",
    "allocate": "assay.allocation",
    "load_study": "assay.study",
    "read_prices": "assay.pricesheet",
}


def __getattr__(name: str) -> Any:
    """Import what is slow to import when it is first used."""
    if name in _LATER:
        return getattr(importlib.import_module(_LATER[name]), name)
    raise AttributeError(f"module 'assay' has no attribute {name!r}")
