"""Filters as datatrove has them: ``python tests/bench/corpus/filter_datatrove.py --corpus DIR``.

Gopher quality, Gopher repetition, C4 and FineWeb in one process each; both ways of counting, and
the rules of DCLM, are timed on the whole corpus. datatrove takes half a minute for 10 MB, so it
reads the first ``DATATROVE_MB`` only. There the verdict, and the filter and reason of the first
objection, must be datatrove's on 99.9% of documents. Rates count bytes of text.
"""

from pathlib import Path

from _corpus import MB, Bench, Cost, Row, decisions, read_lines, share

DATATROVE_MB = 20
PRESET = "datatrove-0.10"
FILTERS = ("gopher-quality", "gopher-repetition", "c4", "fineweb")
DEFAULT = tuple(word for name in FILTERS for word in ("--filter", name))
REASONS = {
    "gopher_short_doc": "too-few-words",
    "gopher_long_doc": "too-many-words",
    "gopher_below_avg_threshold": "short-words",
    "gopher_above_avg_threshold": "long-words",
    "gopher_too_many_hashes": "many-hashes",
    "gopher_too_many_ellipsis": "many-ellipses",
    "gopher_too_many_bullets": "bullet-lines",
    "gopher_too_many_end_ellipsis": "ellipsis-lines",
    "gopher_below_alpha_threshold": "few-alphabetic-words",
    "gopher_enough_stop_words": "few-stop-words",
    "dup_line_frac": "duplicate-lines",
    "dup_line_char_frac": "duplicate-line-characters",
    "dup_para_frac": "duplicate-paragraphs",
    "dup_para_char_frac": "duplicate-paragraph-characters",
    "lorem_ipsum": "lorem-ipsum",
    "curly_bracket": "curly-bracket",
    "too_few_sentences": "too-few-sentences",
    "line_punct_ratio": "few-punctuated-lines",
    "short_line_ratio": "short-lines",
    "char_dup_ratio": "duplicate-line-characters",
    "list_ratio": "many-newlines",
    **{f"top_{n}_gram": f"top-{n}-gram" for n in range(2, 5)},
    **{f"duplicated_{n}_n_grams": f"duplicate-{n}-gram" for n in range(5, 11)},
}
"""The engine's names of datatrove's reasons."""


def main() -> None:
    """Print the table."""
    bench = Bench("filters beside datatrove")
    size = text_bytes(bench.documents)
    same, _ = bench.ours("filter", "--filter", PRESET)
    default, _ = bench.ours("filter", *DEFAULT)
    dclm, _ = bench.ours("filter", "--filter", "dclm-heuristics")
    bench.row(f"assay {PRESET}", same, of=size)
    bench.row("assay default preset", default, of=size)
    bench.row("assay dclm-heuristics", dclm, of=size)
    bench.bar("MB/s of the default preset", size / MB / default.cpu, 80)
    beside_datatrove(bench, bench.part("part.jsonl", DATATROVE_MB))
    bench.end()


def beside_datatrove(bench: Bench, part: Path) -> None:
    """Compare both ways of counting with datatrove on a part of the corpus."""
    verdicts = bench.work / "verdicts.jsonl"
    peer = bench.peer("datatrove_filters", verdicts, documents=part)
    if peer is None:
        return
    theirs = {name: objection(found) for name, found in read_lines(verdicts)}
    size = text_bytes(part)
    bench.row(f"datatrove 0.10.1, {size / MB:.0f} MB", peer, of=size)
    cost = agreement(bench, part, theirs, "--filter", PRESET)
    bench.row(f"assay {PRESET}, {size / MB:.0f} MB", cost, peer, of=size)
    bench.bar("times less CPU than datatrove", peer.cpu / cost.cpu, 40)
    agreement(bench, part, theirs, *DEFAULT)


def agreement(bench: Bench, part: Path, theirs: dict[str, str], *filters: str) -> Cost:
    """Print how often a preset decides as datatrove does; return what it took."""
    _, output = bench.ours("filter", *filters, "--decisions", inputs=(part,))
    mine = {row["id"]: decision(row) for row in decisions(output)}
    verdict = share([bool(mine[name]) == bool(found) for name, found in theirs.items()])
    reason = share([mine[name] == found for name, found in theirs.items()])
    if PRESET in filters:
        bench.bar("same verdict", verdict, 0.999)
        bench.bar("same verdict, filter and reason", reason, 0.999)
        for name in [name for name, found in theirs.items() if mine[name] != found][:20]:
            print(f"    {name}: ours {mine[name]!r}, datatrove's {theirs[name]!r}")
    else:
        print(f"  default preset: same verdict {verdict:.4f}, with reason {reason:.4f}")
    cost, _ = bench.ours("filter", *filters, inputs=(part,))
    return cost


def text_bytes(documents: Path) -> int:
    """Return the bytes of all texts."""
    return sum(len(row["text"].encode()) for row in read_lines(documents))


def decision(row: Row) -> str:
    """Return the filter and reason that dropped a document; nothing for one that stays."""
    return f"{row['stage']} {row['reason']}" if row["verdict"] == "dropped" else ""


def objection(found: list[str] | None) -> str:
    """Return datatrove's objection by the engine's names."""
    return f"filter:{found[0]} {REASONS.get(found[1], found[1])}" if found else ""


if __name__ == "__main__":
    main()
