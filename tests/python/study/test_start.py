"""A study that `assay init` made from small text, as far as it runs."""

import gzip
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from assay.cli import main
from assay.errors import DataError, StudyError
from assay.study import load_study, stages
from assay.study.start import StartingText, start_study

OPTIONS = stages.StageOptions(progress=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Text of a study, in files of several kinds; nothing is shared between them."""
    folder = tmp_path_factory.mktemp("text")
    (folder / "web").mkdir()
    (folder / "small.jsonl").write_text(_documents("small", 2))
    (folder / "books.jsonl").write_text(_documents("books", 150))
    (folder / "web" / "a.jsonl.gz").write_bytes(gzip.compress(_documents("web", 300).encode()))
    for name, count in (("replay", 200), ("target", 30), ("guard", 30)):
        (folder / f"{name}.jsonl").write_text(_documents(name, count))
    return folder


def _documents(name, count):
    lines = (
        json.dumps({"text": " ".join(f"{name}{i * k % 97} tells of {k}" for k in range(40))})
        for i in range(1, count + 1)
    )
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def text(folder, monkeypatch):
    """Return the text as somebody in its folder would name it."""
    monkeypatch.chdir(folder)
    return StartingText(
        sources=[("books", "books.jsonl"), ("web", "web/")],
        target="target.jsonl",
        guard="guard.jsonl",
        replay="replay.jsonl",
    )


def test_a_study_is_made_that_prepares_and_plans(text, tmp_path, tokenizer_file):
    path = start_study(tmp_path / "new", text, tokenizer=tokenizer_file)
    study = load_study(path)
    assert study.source_names == ("books", "web")
    assert study.file.anneal.sequence_tokens == study.file.evaluate.window_tokens
    assert len(study.file.ladder.budgets) == 5
    stages.prepare(study, OPTIONS)
    plan, _ = stages.plan(study, OPTIONS)
    assert {spec.source for spec in plan.specs} == {"books", "web", "control"}
    assert not (path.parent / "tokenizer.json").exists(), "the one that was given is named"


def test_a_tokenizer_is_trained_where_none_is_given(text, tmp_path):
    pytest.importorskip("tokenizers")
    path = start_study(tmp_path / "new", text)
    assert load_study(path).file.base.tokenizer == "tokenizer.json"
    assert {file.name for file in path.parent.iterdir()} == {
        "study.toml",
        "study.schema.json",
        "tokenizer.json",
    }
    stages.prepare(load_study(path), OPTIONS)


def test_editors_find_the_schema_and_the_study_is_valid(text, tmp_path, tokenizer_file):
    path = start_study(tmp_path, text, tokenizer=tokenizer_file)
    written = path.read_text()
    assert written.startswith("#:schema ./study.schema.json\n")
    schema = json.loads((tmp_path / "study.schema.json").read_text())
    jsonschema.validate(tomllib.loads(written), schema)


def test_nothing_is_written_over(text, tmp_path, tokenizer_file):
    path = start_study(tmp_path, text, tokenizer=tokenizer_file)
    before = path.read_bytes()
    with pytest.raises(StudyError, match=r"study\.toml exists: name another folder"):
        start_study(tmp_path, text, tokenizer=tokenizer_file)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("sources", "error", "message"),
    [
        ([("a", "small.jsonl")], StudyError, r"a ladder of 5 rungs needs [\d,]+ of one"),
        ([("a", "none.jsonl")], DataError, r"none\.jsonl: no such file"),
        ([("a b", "books.jsonl")], StudyError, r'\[\[source\]\] "a b" name: it should match'),
        ([("control", "books.jsonl")], StudyError, '"control" is reserved'),
        ([("a", "books.jsonl"), ("a", "web/")], StudyError, '--source "a" is given twice'),
    ],
)
def test_what_makes_no_study_is_named_and_writes_nothing(
    text, tmp_path, tokenizer_file, sources, error, message
):
    changed = StartingText(
        sources=sources, target=text.target, guard=text.guard, replay=text.replay
    )
    with pytest.raises(error, match=message):
        start_study(tmp_path / "new", changed, tokenizer=tokenizer_file)
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_tokenizer_is_named(text, tmp_path):
    with pytest.raises(DataError, match=r"books\.jsonl is no tokenizer\.json"):
        start_study(tmp_path / "new", text, tokenizer=Path("books.jsonl"))


def test_the_command_says_how_to_go_on(text, tmp_path, tokenizer_file, capsys):
    words = ["init", str(tmp_path / "new"), "--tokenizer", str(tokenizer_file)]
    words += ["--source", "books=books.jsonl", "--target", text.target]
    assert main([*words, "--guard", text.guard, "--replay", text.replay]) == 0
    assert f"assay run {tmp_path / 'new' / 'study.toml'} --dry-run" in capsys.readouterr().out
