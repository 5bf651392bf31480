"""The folder kernels/ without assay: all that it needs is torch, and triton for the Triton path."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_THE_REST = """
import runpy, sys
for name in ("assay", "numpy", "scipy", "pyarrow", "pydantic"):
    sys.modules[name] = None
"""


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_check_runs_where_only_torch_and_triton_are_installed() -> None:
    command = """
sys.argv = ["check", "--no-timing"]
runpy.run_path("tests/kernels/check", run_name="__main__")
"""
    assert _run(WITHOUT_THE_REST + command).endswith("every case passed\n")


def test_wrong_argument_is_a_value_error() -> None:
    code = """
sys.path.insert(0, "tests/kernels")
import torch
from check.kernels import linear_token_loss, module
try:
    linear_token_loss(torch.ones(3, 5), torch.ones(7, 4), torch.tensor([0, 1, 2]))
except ValueError as error:
    print(type(error) is module("errors").ArgumentError, error)
"""
    assert _run(WITHOUT_THE_REST + code).startswith("True hidden [3, 5] does not fit weight [7, 4]")


def test_package_that_transformers_finds_in_a_checkout_imports_nothing() -> None:
    # Its name there is that of a library that transformers looks for: operators would be
    # registered twice.
    assert _run("import kernels, sys; print('torch' in sys.modules)") == "False\n"


def test_assay_has_an_error_for_each_that_kernels_have_alone() -> None:
    alone, in_assay = (
        {n.name for n in ast.parse(path.read_text()).body if isinstance(n, ast.ClassDef)}
        for path in (ROOT / "kernels/errors.py", ROOT / "python/assay/kernels/errors.py")
    )
    assert alone == in_assay != set()
