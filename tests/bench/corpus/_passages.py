"""Paragraphs copied from one document into another, and whether they are left in both."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from _corpus import Bench, read_lines, share, written


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A paragraph and the two documents it is in."""

    text: str
    documents: frozenset[str]


def copied(bench: Bench) -> list[Passage]:
    """Return the copied paragraphs; where only a SHA-1 tells which, it is looked up."""
    rows = bench.truth("paras")
    wanted = {row["src"] for row in rows}
    sources = {row["id"]: row["text"] for row in read_lines(bench.documents) if row["id"] in wanted}
    passages = []
    for row in rows:
        paragraphs = [row["text"]] if "text" in row else sources[row["src"]].split("\n\n")
        for text in paragraphs:
            if "text" in row or hashlib.sha1(text.encode()).hexdigest() == row["sha1"]:
                ends = frozenset((row["src"], row["dst"]))
                passages.append(Passage(text=text, documents=ends))
                break
    return passages


def left_twice(passages: list[Passage], output: Path) -> float:
    """Return the share of passages that both documents still have."""
    wanted = {name for passage in passages for name in passage.documents}
    left = {row["id"]: row["text"] for row in written(output) if row["id"] in wanted}
    both = [all(p.text in left.get(name, "") for name in p.documents) for p in passages]
    return share(both) if both else 0.0
