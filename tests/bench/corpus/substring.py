"""Long repeated passages: ``python tests/bench/corpus/substring.py --corpus DIR``.

No peer does this from JSON lines to JSON lines, so the baseline is exact deduplication in Python
(``exact.py``), which reads and writes the same. A paragraph that was copied from one document into
another must be left in one of them at most, if it is as long as the shortest passage to cut.
"""

from _corpus import MB, Bench
from _passages import copied, left_twice

CUT = 100
"""Bytes of the shortest passage to cut."""
LONG = 400
"""Bytes of the shortest passage that is scored."""


def main() -> None:
    """Print the table."""
    bench = Bench("long repeated passages")
    cost, output = bench.ours("substrings", "--set", f"length={CUT}")
    base = bench.peer("exact_python", bench.work / "kept.jsonl")
    bench.row("assay substrings", cost, base)
    bench.row("Python, exact only", base)
    passages = [passage for passage in copied(bench) if len(passage.text.encode()) >= LONG]
    bench.bar("copied passages left once at most", 1 - left_twice(passages, output), 0.99)
    bench.bar("MB/s", bench.documents.stat().st_size / MB / cost.cpu, 15)
    bench.end()


if __name__ == "__main__":
    main()
