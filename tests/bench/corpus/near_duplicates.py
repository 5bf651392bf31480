"""Near-duplicates: ``python tests/bench/corpus/near_duplicates.py --corpus DIR``.

Each tool reads JSON lines, removes near-duplicates at 0.7 with word 5-grams and writes what is
left. True pairs are found by counting (``_quality.py``), which takes minutes on a large corpus.
datatrove is slow and reads the first ``DATATROVE_MB`` only; ours is timed on the same part.
"""

from pathlib import Path

from _corpus import Bench, removed
from _quality import near, true_pairs

DATATROVE_MB = 20


def main() -> None:
    """Print the table."""
    bench = Bench("near-duplicates beside rensa, datasketch and datatrove")
    gold, injected = true_pairs(bench.documents), bench.truth("pairs")
    print(f"{len(gold)} true pairs at 0.7 and above, {len(injected)} injected")

    documents = sum(1 for _ in bench.documents.open("rb"))
    cost, output = bench.ours("near", "--decisions")
    peers = {}
    for name in ("rensa", "datasketch"):
        gone = bench.work / name
        peers[name] = bench.peer(name, gone)
        bench.row(name, peers[name], peers["rensa"])
        if peers[name] is not None:
            print(near(names(gone), gold, injected))
    rensa = peers["rensa"]
    bench.row("assay near", cost, rensa)
    score = near(removed(output), gold, injected)
    print(score)
    bench.bar("true pairs found at 0.8 and above", score.gold_8, 0.997)
    bench.bar("injected pairs found from 0.8 to 0.9", score.injected_8, 0.985)
    bench.bar("injected pairs found from 0.7 to 0.8", score.injected_7, 0.80)
    bench.bar("precision at 0.7", score.precision_7, 0.97)
    bench.bar("MiB of memory to spare", 64 + documents / 1024 - cost.peak / 2**20, 0)
    if rensa is not None:
        bench.bar("times less CPU than rensa", rensa.cpu / cost.cpu, 5)
    clusters, output = bench.ours("near", "--set", "keep=longest", "--decisions")
    bench.row("assay near, longest of each cluster", clusters, rensa)
    print(near(removed(output), gold, injected))

    part = bench.part("part.jsonl", DATATROVE_MB)
    size = part.stat().st_size
    slow = bench.peer("datatrove_minhash", bench.work / "datatrove", documents=part)
    if slow is not None:
        quick, _ = bench.ours("near", "--decisions", inputs=(part,))
        bench.row(f"datatrove, {size / 1e6:.0f} MB", slow, of=size)
        bench.row(f"assay near, {size / 1e6:.0f} MB", quick, slow, of=size)
        bench.bar("times less CPU than datatrove", slow.cpu / quick.cpu, 100)
    bench.end()


def names(path: Path) -> set[str]:
    """Return the identifiers in a file."""
    return set(path.read_text().splitlines())


if __name__ == "__main__":
    main()
