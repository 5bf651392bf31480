"""Evaluation text in documents: ``python tests/bench/corpus/decontamination.py --corpus DIR``.

The baseline looks 13-grams up in a Python dictionary and prints pairs of an item and a document.
What is scored are planted items. Other documents that share 13-grams with an item are natural:
boilerplate, and near-duplicates of the documents that items were taken from. So the bars count
documents with a plant, and a table shows how many pairs, planted or not, are above each overlap.
"""

import json
from collections import Counter

from _corpus import MB, Bench, Row, decisions, read_lines, removed, share


def main() -> None:
    """Print the table."""
    bench = Bench("decontamination beside a Python dictionary")
    evals, pairs = bench.corpus / "eval.jsonl", bench.work / "pairs.jsonl"
    cost, output = bench.ours("decontaminate", "--evals", evals, "--decisions")
    peer = bench.peer("ngrams_python", evals, pairs)
    bench.row("assay decontaminate", cost, peer)
    bench.row("Python dictionary", peer)
    plants, gone = bench.truth("contam"), removed(output)
    print(f"  {len(gone)} documents dropped, {len(plants)} hold a planted item")
    if peer is not None:
        found = {(item, name) for item, name in read_lines(pairs)}
        theirs = {name for _, name in found}
        print(f"  Python: {len(theirs)} documents, {len(found)} pairs, {kinds(plants, theirs)}")
        print(f"  documents on which both agree: {len(theirs & gone)}")
    bench.bar("verbatim", of_kind(plants, gone, "verbatim"), 1.0)
    bench.bar("edited", of_kind(plants, gone, "edited"), 0.984)
    by_fraction(bench, decisions(output), plants)
    bench.bar("MB/s", bench.documents.stat().st_size / MB / cost.cpu, 100)
    bench.end()


def of_kind(plants: list[Row], gone: set[str], kind: str) -> float:
    """Return the share of documents with a plant of this kind that are gone."""
    return share([row["doc"] in gone for row in plants if row["kind"] == kind])


def kinds(plants: list[Row], gone: set[str]) -> str:
    """Say which share of each kind of plant was found."""
    found = (f"{kind} {of_kind(plants, gone, kind):.4f}" for kind in ("verbatim", "edited"))
    return ", ".join(found)


def by_fraction(bench: Bench, rows: list[Row], plants: list[Row]) -> None:
    """Print how many pairs, and how many planted ones, are above each overlap."""
    names = [item["id"] for item in read_lines(bench.corpus / "eval.jsonl")]
    planted = {(row["eval_id"], row["doc"]): row["kind"] for row in plants}
    found = [
        (overlap["fraction"], planted.get((names[overlap["document"]], row["id"])))
        for row in rows
        if row["stage"] == "decontaminate"
        for overlap in json.loads(row["detail"])["overlaps"]
    ]
    print("  overlap above    pairs   verbatim   edited   other")
    for least in (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8):
        kinds = Counter(kind for fraction, kind in found if fraction > least)
        verbatim, edited, other = (kinds[kind] for kind in ("verbatim", "edited", None))
        print(f"  {least:13.2f} {kinds.total():8d} {verbatim:10d} {edited:8d} {other:7d}")


if __name__ == "__main__":
    main()
