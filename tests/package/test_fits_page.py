"""docs/fits.md is true: its blocks run as written and print what it says."""

import os
import re
import subprocess

import pytest

from assay.laws import LAWS

NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
MARK = "-- next block --"


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "fits.md").read_text()


@pytest.fixture(scope="module")
def printed(page, root, full, tmp_path_factory):
    """Each block that runs, with what it printed and what the page shows of it."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "tests").symlink_to(root / "tests")
    blocks = re.findall(r"```(sh|python|toml)\n(.*?)```(?:\n+```text\n(.*?)```)?", page, re.DOTALL)
    (sheet,) = (code for language, code, _ in blocks if language == "toml")
    (folder / "prices.toml").write_text(sheet)

    def run(*command):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environment |= {"PATH": f"{full.programs}:{environment['PATH']}", "MPLBACKEND": "agg"}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    shell = [(code, shown) for language, code, shown in blocks if language == "sh"]
    python = [(code, shown) for language, code, shown in blocks if language == "python"]
    out = [(code, run("bash", "-ec", code), shown) for code, shown in shell]
    script = f"\nprint({MARK!r})\n".join(code for code, _ in python)
    texts = run("python", "-c", script).split(f"{MARK}\n")
    return out + [(code, text, shown) for (code, shown), text in zip(python, texts, strict=True)]


def test_every_block_runs_and_prints_what_the_page_shows(printed):
    shown = [(text, said) for _, text, said in printed if said]
    assert len(shown) >= 5
    for text, said in shown:
        assert NUMBER.sub("#", said).split() == NUMBER.sub("#", text).split(), text
        assert numbers(said) == pytest.approx(numbers(text), rel=0.02, abs=0.02), text


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in NUMBER.findall(text)]


def test_every_law_is_listed(page):
    assert re.findall(r"^\| `([\w-]+)` \|.*\|.*\|", page, re.MULTILINE)[: len(LAWS)] == list(LAWS)


def test_every_warning_is_listed(page, root):
    source = "".join(path.read_text() for path in (root / "python" / "assay").rglob("*.py"))
    codes = set(re.findall(r'Flag\(\s*"([a-z-]+)"', source))
    listed = set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) - set(LAWS)
    assert {"few-steps", "withheld-error", "duplicate-runs"} <= codes
    assert listed == codes
