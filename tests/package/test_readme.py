"""The README is true: its study file loads, its code runs, its commands and places exist."""

import re
from pathlib import Path

import numpy as np
import pytest

from assay import load_study


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text()


def block(readme: str, language: str) -> str:
    """The one fenced block in that language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    return str(found)


def test_study_file_loads(readme, tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(block(readme, "toml"))
    assert load_study(path).source_names == ("textbooks", "web")


def test_code_runs_without_extras(readme, core):
    rng = np.random.default_rng(0)
    rows = [
        f"web,{tokens},{seed},{2.0 + 30.0 * tokens**-0.3 + rng.normal(0.0, 0.001)}"
        for tokens in 10_000 * 2 ** np.arange(6)
        for seed in (0, 1)
    ]
    (core.folder / "runs.csv").write_text("\n".join(["source,tokens,seed,loss", *rows]))
    done = core.run("python", "-c", block(readme, "python"))
    assert done.returncode == 0, done.stderr
    assert "web" in done.stdout


def test_verbs_exist(readme, root):
    verbs = set(re.findall(r"cargo x (\w+)", readme)) - {"help"}
    assert {"demo", "test"} <= verbs
    source = (root / "rust" / "xtask" / "src" / "verbs.rs").read_text()
    assert verbs <= set(re.findall(r'name: "(\w+)"', source))


def test_links_lead_somewhere(readme, root):
    links = re.findall(r"\]\(([^)#]+)\)", readme)
    assert [link for link in links if "://" not in link and not (root / link).exists()] == []


def test_map_shows_every_folder_and_nothing_else(readme, root):
    tree = readme.partition("## The map")[2].split("```")[1]
    assert folders_in(tree) == folders_of(root)


def folders_in(tree: str) -> set[str]:
    """Folders that the map names: a top at the margin, what it holds indented below it."""
    found, top = set(), ""
    for line in tree.splitlines():
        if name := re.match(r"(\S+)/ ", line):
            top = name[1]
        elif name := re.match(r"  (\w+)/ ", line):
            found.add(f"{top}/{name[1]}")
    return found


def folders_of(root: Path) -> set[str]:
    """Folders of crates and of Python packages."""
    holders = ["rust", "python/assay"]
    return {
        f"{holder}/{folder.name}"
        for holder in holders
        for folder in (root / holder).iterdir()
        if folder.is_dir() and folder.name not in {"__pycache__", "kernels"}
    }
