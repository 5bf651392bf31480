"""The demo's folder: same bytes every time, kept while nothing changed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from assay.corpus.bpe import SEPARATOR
from assay.demo import build, corpora
from assay.demo.extract import Document
from assay.demo.packages import Package
from assay.study import load_study

TEXT = "the shape of the array is returned by the function that made it"


def _documents(name: str) -> list[Document]:
    return [Document(f"{name}:{i}", f"{name} {i} " + TEXT[i:] * 9) for i in range(8)]


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder that stands for the standard library."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "one.py").write_text("# one\n")
    return folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, library: Path) -> dict[str, int]:
    """Replace the corpora by small ones; count how often each is read."""
    read: dict[str, int] = dict.fromkeys(corpora.CORPORA, 0)

    def reader(name: str) -> list[Document]:
        read[name] += 1
        return _documents(name)

    made = {name: (lambda name=name: iter(reader(name))) for name in corpora.CORPORA}
    monkeypatch.setattr(build, "CORPORA", made)
    monkeypatch.setattr(build, "PACKAGES", ())
    monkeypatch.setattr(build, "standard_library", lambda: Package("python", library, "3"))
    return read


def test_equal_inputs_give_equal_bytes(tmp_path: Path, small: dict[str, int]) -> None:
    first, second = (build.build_demo(tmp_path / name).parent for name in ("a", "b"))
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert {"demo.json", "study.toml", "tokenizer.json", "target.jsonl.gz"} <= set(names)
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_lines_are_documents(tmp_path: Path, small: dict[str, int]) -> None:
    folder = build.build_demo(tmp_path).parent
    lines = gzip.decompress((folder / "guard.jsonl.gz").read_bytes()).decode().splitlines()
    assert [Document(**json.loads(line)) for line in lines] == _documents("guard")


def test_what_is_there_is_kept(tmp_path: Path, small: dict[str, int]) -> None:
    study = build.build_demo(tmp_path)
    study.write_text(study.read_text() + "# changed by hand\n")
    build.build_demo(tmp_path)
    assert set(small.values()) == {1}
    assert study.read_text().endswith("# changed by hand\n")


def test_other_inputs_are_read_again(tmp_path: Path, small: dict[str, int], library: Path) -> None:
    build.build_demo(tmp_path)
    (library / "one.py").write_text("# two\n")
    build.build_demo(tmp_path)
    assert set(small.values()) == {2}


@pytest.mark.parametrize("damage", ["delete", "change"])
def test_damage_is_repaired(tmp_path: Path, small: dict[str, int], damage: str) -> None:
    build.build_demo(tmp_path)
    victim = tmp_path / "replay.jsonl.gz"
    whole = victim.read_bytes()
    victim.unlink() if damage == "delete" else victim.write_bytes(whole[:-1])
    build.build_demo(tmp_path)
    assert victim.read_bytes() == whole


@pytest.mark.parametrize("full", [False, True])
def test_the_study_file_is_valid_and_names_files_that_exist(
    tmp_path: Path, small: dict[str, int], full: bool
) -> None:
    study = load_study(build.build_demo(tmp_path, full=full))
    file = study.file
    tables = [file.target, file.guard, file.replay, *file.source]
    paths = [study.path(name) for table in tables for name in table.path]
    assert all(path.exists() for path in [*paths, study.path(file.base.tokenizer)])
    assert len(file.source) >= 4
    assert file.prepare.separator == SEPARATOR
    steps = file.ladder.from_ // (file.anneal.sequence_tokens * file.anneal.batch_sequences)
    assert steps >= 64
    assert len(file.ladder.budgets) >= 5
