"""Keeps tests that need no torch honest: with ASSAY_TEST_WITHOUT_TORCH set, torch is hidden."""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType

HIDDEN = {"torch", "transformers", "triton"}
NEED_TORCH = ["python/anneal", "python/evaluate", "python/demo", "kernels"]


class Hide(importlib.abc.MetaPathFinder):
    """Makes the hidden packages look as if they were not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {fullname!r} (hidden)", name=fullname)
        return None


if os.environ.get("ASSAY_TEST_WITHOUT_TORCH"):
    collect_ignore = NEED_TORCH
    sys.meta_path.insert(0, Hide())

# Triton is an interpreter or a compiler from its first import on, which other tests may cause
# before those of the kernels, which need the interpreter, are collected.
os.environ["TRITON_INTERPRET"] = "1"
