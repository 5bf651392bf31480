"""docs/corpus.md is true: its code prints what it shows, its recipe and commands are accepted."""

import json
import re
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


def test_rules_are_those_there_are(page):
    rules = page.text.partition("## Rules")[2].partition("Every threshold")[0]
    assert set(corpus.filters()) <= set(re.findall(r"`([\w-]+)`", rules))
