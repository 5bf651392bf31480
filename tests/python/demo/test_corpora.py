"""What each corpus of the demo is read from."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.demo import corpora
from assay.demo.packages import Package


def test_only_the_target_reads_scipy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    located: list[str] = []

    def locate(name: str) -> Package:
        located.append(name)
        return Package("jinja2", tmp_path, "1")

    monkeypatch.setattr(corpora, "locate", locate)
    monkeypatch.setattr(corpora, "standard_library", lambda: Package("python", tmp_path, "3"))
    readers = {}
    for name, corpus in corpora.CORPORA.items():
        located.clear()
        list(corpus())
        readers[name] = set(located)
    assert [name for name, read in readers.items() if "scipy" in read] == ["target"]
    assert set().union(*readers.values()) == set(corpora.PACKAGES)


def test_guard_and_replay_share_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "A text that is long enough to be kept as a document of its own. " * 4
    for name in ("asyncio/base.py", "json/decoder.py", "pydoc_data/topics.py"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(f'"""{text}"""\n# {text}\ntopics = {dict.fromkeys("abcdef", text)}\n')
    monkeypatch.setattr(corpora, "standard_library", lambda: Package("python", tmp_path, "3"))
    monkeypatch.setattr(corpora, "_DESCRIBED", ())
    guard, replay = ([d.id for d in corpora.CORPORA[name]()] for name in ("guard", "replay"))
    assert guard == ["python.asyncio.base", "topic:a", "topic:f"]
    assert [name.split("#")[0] for name in replay] == [
        *("python.json.decoder", "python.json.decoder", "python.pydoc_data.topics"),
        *("topic:b", "topic:c", "topic:d", "topic:e"),
    ]
