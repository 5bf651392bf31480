"""Make a corpus with known duplicates and contamination from texts that are on this machine.

    python make_corpus.py --out corpus --from /usr/share/doc /usr/lib/python3 --megabytes 100

Every ``.txt``, ``.md``, ``.rst`` and ``.html`` file below the folders is a document, as is the
documentation in every ``.py`` file and the description in every package's ``METADATA``. The same
files and seed give the same bytes. Written are:

* ``corpus.jsonl``: documents ``{id, text, source}``, shuffled;
* ``truth_pairs.jsonl``: document ``b`` was made from ``a``, with ``kind`` and the true Jaccard
  similarity ``j5`` of their word 5-grams;
* ``truth_paras.jsonl``: paragraph ``text`` of ``src`` was copied into ``dst``;
* ``eval.jsonl``: evaluation items, passages of documents that are not in the corpus;
* ``truth_contam.jsonl``: item ``eval_id`` was put into ``doc``, ``verbatim`` or ``edited``.
"""

from __future__ import annotations

import argparse
import ast
import html
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from _quality import Grams, jaccard

Row = dict[str, object]
TEXTS = {".txt", ".md", ".rst", ".html"}
EDIT_RATES = (0.01, 0.02, 0.03, 0.05, 0.08)
CUT_RATES = (0.05, 0.1, 0.2)
EACH = 150


def main() -> None:
    """Write the corpus."""
    parser = argparse.ArgumentParser(description="make a corpus with known duplicates")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="folders", type=Path, nargs="+", required=True)
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--seed", type=int, default=7)
    typed = parser.parse_args()
    documents = list(gather(typed.folders, typed.megabytes * 1e6))
    made = Injection(documents, random.Random(typed.seed))
    typed.out.mkdir(parents=True, exist_ok=True)
    for name, rows in made.files().items():
        with (typed.out / name).open("w") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{len(documents)} documents, {len(made.pairs)} pairs, {len(made.plants)} plants")


def gather(folders: list[Path], limit: float) -> Iterator[Row]:
    """Yield documents until they have so many bytes."""
    size = 0
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            text = tidy(text_of(path))
            if not 200 <= len(text) <= 200_000:
                continue
            yield {"id": str(path), "text": text, "source": folder.name}
            size += len(text.encode())
            if size >= limit:
                return


def text_of(path: Path) -> str:
    """Return the prose of a file; nothing where there is none."""
    if path.suffix not in TEXTS | {".py"} and path.name != "METADATA":
        return ""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError):
        return ""
    if path.suffix == ".py":
        return docstrings(text)
    if path.suffix == ".html":
        text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S | re.I)
        return html.unescape(re.sub(r"<[^>]+>", " ", text))
    return text


def docstrings(code: str) -> str:
    """Return the documentation of a module, one paragraph for each thing in it."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):
        return ""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [ast.get_docstring(node) for node in nodes if isinstance(node, documented)]
    return "\n\n".join(text for text in found if text)


def tidy(text: str) -> str:
    """Return text without trailing blanks and without runs of empty lines."""
    text = re.sub(r"[ \t\r\f]+\n", "\n", text.replace("\0", ""))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


class Injection:
    """Duplicates, copied paragraphs and planted items; each takes documents of its own."""

    def __init__(self, documents: list[Row], rng: random.Random) -> None:
        self.rng = rng
        self.grams = Grams()
        self.documents = documents
        self.pairs: list[Row] = []
        self.paragraphs: list[Row] = []
        self.items: list[Row] = []
        self.plants: list[Row] = []
        self.copies: list[Row] = []
        fit = [row for row in documents if 80 <= len(str(row["text"]).split()) <= 5000]
        rng.shuffle(fit)
        self.fresh = iter(fit)
        sample = rng.sample(documents, min(500, len(documents)))
        words = {word for row in sample for word in str(row["text"]).split()[:200]}
        self.vocabulary = sorted(word for word in words if word.isalpha())
        each = min(EACH, len(fit) // 30)
        self.duplicate("exact", each, lambda text: text)
        self.duplicate("normalised", each, lambda text: re.sub(r"\s+", " ", text.upper()))
        for rate in EDIT_RATES:
            self.duplicate(f"edit-{rate}", each, lambda text, rate=rate: self.edit(text, rate))
        for rate in CUT_RATES:
            self.duplicate(f"cut-{rate}", each, lambda text, rate=rate: self.cut(text, rate))
        for _ in range(each):
            self.copy_paragraph()
        for kind in ("verbatim", "edited", "clean") * each:
            self.plant(kind)

    def files(self) -> dict[str, list[Row]]:
        """Return the files and their rows."""
        taken = {item["from"] for item in self.items}
        rows = [row for row in self.documents if row["id"] not in taken] + self.copies
        self.rng.shuffle(rows)
        return {
            "corpus.jsonl": rows,
            "truth_pairs.jsonl": self.pairs,
            "truth_paras.jsonl": self.paragraphs,
            "eval.jsonl": self.items,
            "truth_contam.jsonl": self.plants,
        }

    def duplicate(self, kind: str, count: int, change: Callable[[str], str]) -> None:
        """Add changed copies of documents."""
        for number in range(count):
            row = next(self.fresh)
            copy = {**row, "id": f"copy:{kind}/{number}", "text": change(str(row["text"]))}
            grams = (self.grams(str(one["text"])) for one in (row, copy))
            self.copies.append(copy)
            pair = {"a": row["id"], "b": copy["id"], "kind": kind, "j5": round(jaccard(*grams), 4)}
            self.pairs.append(pair)

    def copy_paragraph(self) -> None:
        """Copy a paragraph from one document into another."""
        source, target = next(self.fresh), next(self.fresh)
        long = [text for text in str(source["text"]).split("\n\n") if len(text.split()) >= 40]
        if long:
            text = self.rng.choice(long)
            self.insert(target, text)
            self.paragraphs.append({"src": source["id"], "dst": target["id"], "text": text})

    def plant(self, kind: str) -> None:
        """Make a passage an item, take its document out, and plant it unless it stays clean."""
        source = next(self.fresh)
        words = str(source["text"]).split()
        length = self.rng.randrange(25, 80)
        start = self.rng.randrange(max(1, len(words) - length))
        text = " ".join(words[start : start + length])
        item = {"id": f"item{len(self.items)}", "text": text, "from": source["id"]}
        self.items.append(item)
        if kind != "clean":
            target = next(self.fresh)
            self.insert(target, text if kind == "verbatim" else self.edit(text, 1 / 15))
            self.plants.append({"eval_id": item["id"], "doc": target["id"], "kind": kind})

    def insert(self, row: Row, text: str) -> None:
        """Put a paragraph somewhere into a document."""
        paragraphs = str(row["text"]).split("\n\n")
        paragraphs.insert(self.rng.randrange(len(paragraphs) + 1), text)
        row["text"] = "\n\n".join(paragraphs)

    def edit(self, text: str, rate: float) -> str:
        """Replace, remove or add a word at this share of the words."""
        parts = re.split(r"(\s+)", text)
        places = range(0, len(parts), 2)
        for place in self.rng.sample(places, max(1, round(rate * len(places)))):
            word = self.rng.choice(self.vocabulary)
            parts[place] = self.rng.choice((word, word, "", f"{parts[place]} {word}"))
        return "".join(parts)

    def cut(self, text: str, rate: float) -> str:
        """Remove this share of the words in one piece."""
        words = re.split(r"(\s+)", text)
        length = int(rate * len(words))
        start = self.rng.randrange(max(1, len(words) - length))
        return "".join(words[:start] + words[start + length :])


if __name__ == "__main__":
    main()
