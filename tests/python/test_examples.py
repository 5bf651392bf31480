"""The examples in docstrings run, and print what they say."""

import doctest
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import assay

ROOT = Path(assay.__file__).parent
MODULES = [
    ".".join(("assay", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for path in sorted(ROOT.rglob("*.py"))
    if ">>> " in path.read_text()
]
TOKENS = [1e6 * 2**i for i in range(6)]


def test_there_are_examples_of_the_functions_that_people_call():
    functions = [getattr(assay, name) for name in assay.__all__]
    called = {f.__module__ for f in functions if isinstance(f, FunctionType)}
    assert called - {"assay.study.file"} <= {*MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_say(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = (f"web,{t},{2.0 + 40.0 * t**-0.3}" for t in TOKENS)
    Path("runs.csv").write_text("\n".join(["source,tokens,loss", *runs]))
    found = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert found.attempted
    assert not found.failed
