"""docs/corpus.md is true: its code prints what it shows, its recipe and commands are accepted."""

import json
import re
import tomllib

import pytest

from assay import _core, corpus


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "corpus.md").read_text()


def test_code_prints_what_the_page_shows(page, core):
    code, shown = re.search(r"```python\n(.*?)```\n+```text\n(.*?)```", page, re.DOTALL).groups()
    done = core.run("python", "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown


def test_the_recipe_is_valid(page):
    recipe = re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1)
    _core.validate("recipe", json.dumps(tomllib.loads(recipe)))


def test_rules_are_those_there_are(page):
    rules = page.partition("## Rules")[2].partition("Every threshold")[0]
    assert set(corpus.filters()) <= set(re.findall(r"`([\w-]+)`", rules))
