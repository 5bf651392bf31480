"""docs/corpus.md is true: its code prints what it shows, its recipe and commands are accepted."""

import json
import re
import subprocess
import sys
import tomllib

import pytest

from assay import _core, corpus


@pytest.fixture(scope="module")
def page(manual):
    return manual("corpus.md")


def test_code_prints_what_the_page_shows(page, core):
    page.check_code(core)


def test_the_recipe_is_valid(page):
    _core.validate("recipe", page.recipe())


def test_the_filters_are_valid(page):
    filters = re.search(r"```toml\n(filters.*?)```", page.text, re.DOTALL).group(1)
    recipe = json.loads(page.recipe())
    recipe["source"][0] |= tomllib.loads(filters)
    _core.validate("recipe", json.dumps(recipe))


def test_every_verb_is_on_a_page(page, manual):
    listed = re.findall(r"^  ([a-z]+) {2,}", help_of_the_engine(), re.MULTILINE)
    assert {"run", "stats", "curve"} <= set(listed)
    pages = page.text + manual("sequences.md").text
    assert [verb for verb in listed if f"assay-corpus {verb}" not in pages] == []


def help_of_the_engine() -> str:
    """What ``assay corpus --help`` prints."""
    script = "import sys\nfrom assay.cli.corpus import main\nmain(['--help'])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_rules_are_those_there_are(page):
    rules = page.text.partition("## Rules")[2].partition("Every threshold")[0]
    assert set(corpus.filters()) <= set(re.findall(r"`([\w-]+)`", rules))
