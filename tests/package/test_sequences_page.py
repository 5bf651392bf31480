"""docs/sequences.md is true: its code prints what it shows, its recipe and formats are accepted."""

import re

import pytest

from assay import _core


@pytest.fixture(scope="module")
def page(manual):
    return manual("sequences.md")


def test_code_prints_what_the_page_shows(page, core):
    page.check_code(core)


def test_the_recipe_is_valid(page):
    _core.validate("mixture-recipe", page.recipe())


def test_formats_are_those_of_the_command(page, core):
    table = page.text.partition("| `--format` |")[2].partition("\n\n")[0]
    told = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    help_text = core.run("assay", "corpus", "export", "--help").stdout
    listed = re.search(r"\[possible values: (.*?)\]", help_text, re.DOTALL).group(1)
    assert told == {name.strip() for name in listed.split(",")}
