"""What the benchmarks of the corpus engine share: the corpus, the engine, costs and the table.

A corpus is a folder with ``corpus.jsonl`` and what is known of it: ``truth_pairs.jsonl``,
``truth_paras.jsonl``, ``eval.jsonl`` and ``truth_contam.jsonl``; ``make_corpus.py`` makes one and
says what is in them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MB = 1e6
STAYS = ("kept", "changed")
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a process and its children took: seconds of CPU and of waiting, peak bytes."""

    cpu: float
    wall: float
    peak: int


class Bench:
    """The corpus, the engine, the peers, and a folder for what they write."""

    def __init__(self, about: str) -> None:
        parser = argparse.ArgumentParser(description=about)
        add = parser.add_argument
        add("--corpus", type=Path, required=True, help="folder as make_corpus.py writes it")
        add("--limit-mb", type=float, help="take this much of the corpus only")
        add("--engine", type=Path, default=Path("target/release/assay-corpus"))
        add("--peers-python", type=Path, help="Python with the peers, see _peers.py")
        add("--dolma-python", type=Path, help="Python with dolma, which fits no other peer")
        typed = parser.parse_args()
        self.corpus: Path = typed.corpus
        self.engine: Path = typed.engine
        self.pythons = {"dolma": typed.dolma_python, "peers": typed.peers_python}
        self.work = Path(tempfile.mkdtemp(prefix="assay-bench-"))
        self.documents = self.corpus / "corpus.jsonl"
        if typed.limit_mb is not None:
            self.documents = self.part("documents.jsonl", typed.limit_mb)
        self.failed: list[str] = []

    def part(self, name: str, megabytes: float) -> Path:
        """Return the first megabytes of the documents as a file; of fewer, all."""
        if self.documents.stat().st_size <= megabytes * MB:
            return self.documents
        path = self.work / name
        with self.documents.open("rb") as file, path.open("wb") as out:
            while out.tell() < megabytes * MB:
                out.write(file.readline())
        return path

    def truth(self, name: str) -> list[Row]:
        """Return what is known, of documents that are read."""
        present = {row["id"] for row in read_lines(self.documents)}
        keys = ("a", "b", "src", "dst", "doc")
        rows = read_lines(self.corpus / f"truth_{name}.jsonl")
        return [row for row in rows if all(row[key] in present for key in keys if key in row)]

    def ours(
        self, command: str, *options: str | Path, inputs: tuple[Path, ...] = (), threads: int = 1
    ) -> tuple[Cost, Path]:
        """Run a command of the engine; return what it took and the folder it wrote."""
        output = Path(tempfile.mkdtemp(prefix=f"{command}-", dir=self.work)) / "output"
        words = [self.engine, command, *(inputs or (self.documents,)), "--output", output]
        return measured(*words, "--threads", threads, "--no-progress", *options), output

    def peer(self, name: str, *arguments: str | Path, documents: Path | None = None) -> Cost | None:
        """Run a peer of ``_peers.py`` on the documents; none where it is not installed."""
        python = self.pythons["dolma" if name.startswith("dolma") else "peers"]
        if python is None:
            print(f"{name}: no environment for it was given, skipped")
            return None
        script = Path(__file__).with_name("_peers.py")
        return measured(python, script, name, documents or self.documents, *arguments)

    def row(self, name: str, cost: Cost | None, beside: Cost | None = None, of: int = 0) -> None:
        """Print what reading ``of`` bytes took, and how many times less CPU than ``beside``."""
        if cost is None:
            return
        rate = (of or self.documents.stat().st_size) / MB / cost.cpu
        ratio = f"{beside.cpu / cost.cpu:7.1f}x" if beside else ""
        peak = cost.peak / 2**20
        print(f"{name:40s} {cost.cpu:8.2f} s CPU {rate:8.1f} MB/s {peak:7.0f} MiB {ratio}")

    def bar(self, name: str, found: float, least: float) -> None:
        """Print a figure beside the least that it must be."""
        met = found >= least
        print(f"  {name:48s} {found:8.4f}  {'met' if met else 'NOT MET'}: at least {least}")
        if not met:
            self.failed.append(name)

    def end(self) -> None:
        """Remove what was written; exit with 1 if a bar was not met."""
        shutil.rmtree(self.work)
        if self.failed:
            sys.exit(f"not met: {', '.join(self.failed)}")


def measured(*command: object) -> Cost:
    """Run a command to its end; raise if it fails."""
    words = [sys.executable, "-S", Path(__file__).with_name("_measure.py"), *command]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.run(
            [str(word) for word in words], stdout=subprocess.PIPE, stderr=errors
        )
        if process.returncode != 0:
            errors.seek(0)
            told = errors.read().decode(errors="replace")[-2000:]
            sys.exit(f"{' '.join(map(str, command))}\nfailed: {told}")
    return Cost(**json.loads(process.stdout))


def read_lines(path: Path) -> Iterator[Row]:
    """Yield the objects of a file of JSON lines, which may be compressed."""
    if path.suffix in {".zst", ".gz"}:
        kind = {".zst": "zstd", ".gz": "gzip"}[path.suffix]
        with pa.input_stream(str(path), compression=kind) as file:
            yield from map(json.loads, file.read().splitlines())
        return
    with path.open("rb") as file:
        yield from map(json.loads, file)


def decisions(output: Path) -> list[Row]:
    """Return what became of every document."""
    tables = sorted(output.rglob("decisions*.parquet"))
    assert tables, f"{output} has no table of decisions"
    return [row for table in tables for row in pq.read_table(table).to_pylist()]


def removed(output: Path) -> set[str]:
    """Return the identifiers of the documents that were dropped."""
    return {row["id"] for row in decisions(output) if row["verdict"] not in STAYS}


def written(output: Path) -> Iterator[Row]:
    """Yield the documents that were written."""
    for path in sorted(output.rglob("documents*.jsonl*")):
        yield from read_lines(path)


def share(parts: list[bool]) -> float:
    """Return the share that is true; of nothing, everything."""
    return sum(parts) / len(parts) if parts else 1.0
