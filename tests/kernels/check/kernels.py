"""The kernels under check: ``assay.kernels`` where it is loaded, else the folder of this checkout.

The tests run beside an installed assay, and check what it has. The command must run on a machine
with a card that has torch and triton and nothing else, and must check this checkout whatever is
installed there: it loads the folder kernels/ as a package of its own.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

__all__ = [
    "FOLDER",
    "Options",
    "Problem",
    "choose",
    "linear_token_loss",
    "module",
    "reference",
]

FOLDER = Path(__file__).resolve().parents[3] / "kernels"
"""The kernels of this checkout."""
_ALONE = "assay_kernels"
"""The name of that folder as a package: not ``kernels``, which transformers has a use for."""


def module(name: str) -> ModuleType:
    """Import a module of the kernels by its name inside their package."""
    if "assay.kernels" in sys.modules:
        return import_module(f"assay.kernels.{name}")
    if _ALONE not in sys.modules:
        _load_alone()
    return import_module(f"{_ALONE}.{name}")


def _load_alone() -> None:
    start = FOLDER / "__init__.py"
    spec = spec_from_file_location(_ALONE, start, submodule_search_locations=[str(FOLDER)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{start} is not a Python package")
    package = module_from_spec(spec)
    sys.modules[_ALONE] = package
    spec.loader.exec_module(package)


Options = module("linear_token_loss.arguments").Options
Problem = module("linear_token_loss.arguments").Problem
choose = module("linear_token_loss.dispatch").choose
linear_token_loss = module("linear_token_loss.loss").linear_token_loss
reference = module("linear_token_loss.reference")
# What needs triton is imported where it is used: the check also runs where there is none.
