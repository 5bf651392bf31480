"""Repeated paragraphs: ``python tests/bench/corpus/paragraphs.py --corpus DIR``.

dolma marks repeated paragraphs as they stand, with a Bloom filter, and writes marks alone; the
engine normalises and cuts them and writes what is left. Both do it for whole paragraphs, and for
those of which 80% of the 13-grams were seen, which takes dolma long: there the first ``NGRAM_MB``
are read. A paragraph that was copied from one document into another must be left in one of them at
most.
"""

from _corpus import Bench
from _passages import copied, left_twice

NGRAM_MB = 100
NGRAMS = ("--set", "bloom={entries = 20_000_000}", "--set", "ngrams={ngram = 13, share = 0.8}")


def main() -> None:
    """Print the table."""
    bench = Bench("repeated paragraphs beside dolma")
    cost, output = bench.ours("paragraphs")
    marks, _ = bench.ours("paragraphs", "--only-decisions")
    by_bytes, _ = bench.ours("paragraphs", "--set", "normalized=false", "--only-decisions")
    bench.peer("dolma_gzip", bench.work / "dolma")
    peer = bench.peer("dolma_paragraphs", bench.work / "dolma")
    bench.row("assay paragraphs", cost, peer)
    bench.row("assay paragraphs, decisions only", marks, peer)
    bench.row("assay paragraphs, by bytes, decisions only", by_bytes, peer)
    bench.row("dolma 1.2.1, Bloom", peer)
    passages = copied(bench)
    bench.bar("copied paragraphs left once at most", 1 - left_twice(passages, output), 0.99)
    if peer is not None:
        bench.bar("times less CPU than dolma", peer.cpu / cost.cpu, 5)
    by_ngrams(bench)
    bench.end()


def by_ngrams(bench: Bench) -> None:
    """Compare paragraphs by their 13-grams."""
    part = bench.part("part.jsonl", NGRAM_MB)
    size = part.stat().st_size
    cost, _ = bench.ours("paragraphs", *NGRAMS, inputs=(part,))
    bench.peer("dolma_gzip", bench.work / "ngrams", documents=part)
    peer = bench.peer("dolma_paragraphs", bench.work / "ngrams", "13", documents=part)
    bench.row(f"assay 13-grams, {size / 1e6:.0f} MB", cost, peer, of=size)
    if peer is not None:
        bench.row(f"dolma 13-grams, {size / 1e6:.0f} MB", peer, of=size)
        bench.bar("13-grams: times less CPU than dolma", peer.cpu / cost.cpu, 5)


if __name__ == "__main__":
    main()
