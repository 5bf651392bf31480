"""Threads: ``python tests/bench/corpus/threads.py --corpus DIR``.

Every command writes the same bytes with 1, 2 and 8 threads and in whatever order a folder lists its
files, and two threads on two cores take little more than half the time of one thread on one core
(reading has a thread of its own, so that a second core would serve one thread too). Times of
waiting count here: run it on a quiet machine with two cores or more.
"""

import contextlib
import hashlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

from _corpus import Bench

FILES = 8
REPEATS = 3


def main() -> None:
    """Print the table."""
    bench = Bench("the same bytes for any number of threads")
    folder = split(bench)
    shuffled = listed_otherwise(folder)
    for command, *options in commands(bench):
        walls, outputs = {}, []
        for threads in (1, 2, 8):
            repeats = REPEATS if threads < 8 else 1
            with cores(threads):
                runs = [
                    bench.ours(command, *options, inputs=(folder,), threads=threads)
                    for _ in range(repeats)
                ]
            walls[threads] = min(cost.wall for cost, _ in runs)
            outputs += [digest(output) for _, output in runs]
        _, output = bench.ours(command, *options, inputs=(shuffled,), threads=2)
        print(f"{command:16s} {walls[1]:7.2f} s, two cores {walls[2]:7.2f} s")
        bench.bar(f"{command}: outputs equal to the first", outputs.count(outputs[0]), len(outputs))
        bench.bar(f"{command}: equal after shuffling files", digest(output) == outputs[0], 1)
        bench.bar(f"{command}: one core's time by two's", walls[1] / walls[2], 1.8)
    bench.end()


@contextlib.contextmanager
def cores(count: int) -> Iterator[None]:
    """Keep this process and its children to so many cores, or to all where there are fewer."""
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_of_them)[:count])
    yield
    os.sched_setaffinity(0, all_of_them)


def commands(bench: Bench) -> Iterator[tuple[str | Path, ...]]:
    """Yield every command with its options."""
    yield "filter", "--filter", "gopher-quality"
    yield ("exact",)
    yield ("near",)
    yield ("paragraphs",)
    yield ("substrings",)
    yield "decontaminate", "--evals", bench.corpus / "eval.jsonl"


def split(bench: Bench) -> Path:
    """Deal the documents out to several files of a folder."""
    folder = bench.work / "split"
    folder.mkdir()
    paths = tuple(folder / f"{number}.jsonl" for number in range(FILES))
    files = [path.open("wb") for path in paths]
    for number, line in enumerate(bench.documents.open("rb")):
        files[number % FILES].write(line)
    for file in files:
        file.close()
    return folder


def listed_otherwise(folder: Path) -> Path:
    """Return a folder of the same files, made in another order."""
    other = folder.with_name("shuffled")
    other.mkdir()
    files = sorted(folder.iterdir())
    for path in random.Random(0).sample(files, len(files)):
        (other / path.name).hardlink_to(path)
    return other


def digest(output: Path) -> str:
    """Return the digest of the documents written, file by file."""
    found = hashlib.sha256()
    for path in sorted(output.rglob("documents*.jsonl*")):
        found.update(f"{path.relative_to(output)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


if __name__ == "__main__":
    main()
