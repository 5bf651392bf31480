"""The installed wheel, outside the repository, with and without what is optional."""

import importlib.metadata
import importlib.resources
import json

import pytest

HEAVY = ["jinja2", "matplotlib", "pandas", "polars", "torch", "transformers", "triton"]
SHOW_IMPORTED = f"""
import sys, json, assay
heavy = {HEAVY}
print(json.dumps([sorted(set(heavy) & set(sys.modules)), assay.__version__, assay.__file__]))
"""


@pytest.fixture(params=["core", "full"])
def either(request):
    return request.getfixturevalue(request.param)


def test_import_is_light(either):
    done = either.run("python", "-W", "error", "-c", SHOW_IMPORTED)
    assert done.returncode == 0, done.stderr
    loaded, version, file = json.loads(done.stdout)
    assert loaded == []
    assert version == importlib.metadata.version("assay")
    assert "site-packages" in file


def test_help_is_light(full):
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
def test_command_line_answers_without_extras(core, arguments, shown):
    done = core.run("assay", *arguments)
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout


@pytest.mark.parametrize("arguments", [["anneal", "STUDY"], ["demo"]])
def test_training_names_the_extra_it_needs(core, arguments):
    study = str(importlib.resources.files("assay.demo").joinpath("study.toml"))
    done = core.run("assay", *(study if word == "STUDY" else word for word in arguments))
    assert done.returncode == 2, done.stderr
    assert 'pip install "WHEEL[train]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1
