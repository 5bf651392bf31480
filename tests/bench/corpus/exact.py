"""Exact duplicates: ``python tests/bench/corpus/exact.py --corpus DIR``.

The baseline keeps the first of equal texts in Python with a set of 128-bit hashes, orjson and
xxhash. The engine compares normalised texts, so that it also finds copies in other case.
"""

from _corpus import MB, Bench, removed, share


def main() -> None:
    """Print the table."""
    bench = Bench("exact duplicates beside a Python set")
    cost, output = bench.ours("exact", "--decisions")
    lean, _ = bench.ours("exact")
    ids, _ = bench.ours("exact", "--only-decisions")
    as_they_are = ("--set", "normalized=false")
    by_bytes, _ = bench.ours("exact", *as_they_are)
    ids_by_bytes, _ = bench.ours("exact", *as_they_are, "--only-decisions")
    peer = bench.peer("exact_python", bench.work / "kept.jsonl")
    bench.row("assay exact", lean, peer)
    bench.row("assay exact, with decisions", cost, peer)
    bench.row("assay exact, decisions only", ids, peer)
    bench.row("assay exact, by bytes", by_bytes, peer)
    bench.row("assay exact, by bytes, decisions only", ids_by_bytes, peer)
    bench.row("Python, orjson and xxhash, by bytes", peer)
    gone = removed(output)
    for kind in ("exact", "normalised"):
        # Other case can be other words: that of a German sharp s, of a Turkish i without a dot.
        pairs = [row for row in bench.truth("pairs") if row["kind"] == kind and row["j5"] == 1]
        bench.bar(f"{kind} pairs found", share([bool(gone & {p["a"], p["b"]}) for p in pairs]), 1.0)
    size = bench.documents.stat().st_size / MB
    bench.bar("MB/s with output", size / lean.cpu, 600)
    bench.bar("MB/s without", size / ids.cpu, 1200)
    bench.bar("MB/s by bytes with output", size / by_bytes.cpu, 600)
    bench.bar("MB/s by bytes without", size / ids_by_bytes.cpu, 1200)
    bench.end()


if __name__ == "__main__":
    main()
