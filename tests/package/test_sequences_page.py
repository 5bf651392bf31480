"""docs/sequences.md is true: its code prints what it shows, its recipe and formats are accepted."""

import json
import re
import tomllib

import pytest

from assay import _core


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "sequences.md").read_text()


def test_code_prints_what_the_page_shows(page, core):
    code, shown = re.search(r"```python\n(.*?)```\n+```text\n(.*?)```", page, re.DOTALL).groups()
    done = core.run("python", "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown


def test_the_recipe_is_valid(page):
    recipe = re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1)
    _core.validate("mixture-recipe", json.dumps(tomllib.loads(recipe)))


def test_formats_are_those_of_the_command(page, core):
    table = page.partition("| `--format` |")[2].partition("\n\n")[0]
    told = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    help_text = core.run("assay", "corpus", "export", "--help").stdout
    listed = re.search(r"\[possible values: (.*?)\]", help_text, re.DOTALL).group(1)
    assert told == {name.strip() for name in listed.split(",")}
