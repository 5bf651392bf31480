"""The installed wheel, outside the repository, with and without what is optional."""

import importlib.metadata
import importlib.resources
import json
import subprocess
from typing import Protocol

import pytest

HEAVY = ["jinja2", "matplotlib", "pandas", "polars", "torch", "transformers", "triton"]
SHOW_IMPORTED = f"""
import sys, json, assay
heavy = {HEAVY}
print(json.dumps([sorted(set(heavy) & set(sys.modules)), assay.__version__, assay.__file__]))
"""


class Outside(Protocol):
    """What the fixtures ``core`` and ``full`` can do."""

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(params=["core", "full"])
def either(request: pytest.FixtureRequest) -> Outside:
    outside: Outside = request.getfixturevalue(request.param)
    return outside


def test_import_is_light(either: Outside) -> None:
    done = either.run("python", "-W", "error", "-c", SHOW_IMPORTED)
    assert done.returncode == 0, done.stderr
    loaded, version, file = json.loads(done.stdout)
    assert loaded == []
    assert version == importlib.metadata.version("assay")
    assert "site-packages" in file


def test_help_is_light(full: Outside) -> None:
    show = "import sys, assay.cli\ntry: assay.cli.main(['--help'])\nexcept SystemExit: pass\n"
    done = full.run("python", "-c", show + f"print(set({HEAVY}) & set(sys.modules))")
    assert done.stdout.splitlines()[-1] == "set()", done.stderr


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--help"], "assay run study.toml"),
        (["--version"], importlib.metadata.version("assay")),
        (["demo", "--help"], "assay demo"),
        (["corpus", "--help"], "recipe.toml"),
        (["corpus", "filters"], "gopher-quality"),
    ],
)
def test_command_line_answers_without_extras(
    core: Outside, arguments: list[str], shown: str
) -> None:
    done = core.run("assay", *arguments)
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout


@pytest.mark.parametrize("verb", ["anneal", "evaluate"])
def test_a_stage_that_needs_an_extra_names_it(core: Outside, verb: str) -> None:
    study = importlib.resources.files("assay.demo").joinpath("study.toml")
    with importlib.resources.as_file(study) as path:
        done = core.run("assay", verb, str(path), "--out", "nowhere")
    assert_names_extra(done, "train")


def test_the_demo_names_the_extra_it_needs(core: Outside) -> None:
    assert_names_extra(core.run("assay", "demo"), "train")


def assert_names_extra(done: subprocess.CompletedProcess[str], extra: str) -> None:
    assert done.returncode == 2, done.stderr
    assert f'pip install "assay[{extra}]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1
