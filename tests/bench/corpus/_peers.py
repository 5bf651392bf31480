"""The peers: which versions, and how each is run.

    python -m venv peers
    peers/bin/pip install datatrove==0.10.1 regex spacy nltk tokenizers rensa==0.5.0
    peers/bin/pip install datasketch==2.0.0 orjson "xxhash<4"
    python -m venv dolma
    dolma/bin/pip install dolma==1.2.1

Run by the benchmarks in those environments as ``python _peers.py PEER DOCUMENTS ARGUMENT...``; each
peer is a function here and reads and writes JSON lines. Imports wait until a peer is chosen.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

VERSIONS = {"datatrove": "0.10.1", "rensa": "0.5.0", "datasketch": "2.0.0", "dolma": "1.2.1"}
WORD = re.compile(r"\w+")


def datatrove_filters(documents: str, verdicts: str) -> None:
    """Gopher quality, Gopher repetition, C4, FineWeb; the first objection counts."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    expect("datatrove")
    filters = [
        ("gopher-quality", GopherQualityFilter()),
        ("gopher-repetition", GopherRepetitionFilter()),
        ("c4", C4QualityFilter()),
        ("fineweb", FineWebQualityFilter()),
    ]
    with open(verdicts, "w") as out:
        for row in read(documents):
            document = Document(text=row["text"], id=row["id"])
            found = None
            for name, rule in filters:
                answer = rule.filter(document)
                if answer is not True:
                    found = [name, answer[1] if isinstance(answer, tuple) else ""]
                    break
            print(json.dumps([row["id"], found]), file=out)


def datatrove_minhash(documents: str, removed: str) -> None:
    """Four stages with 14 bands of 8 rows, as its example has them."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    expect("datatrove")
    config = MinhashConfig(num_buckets=14, hashes_per_bucket=8, n_grams=5)
    source = Path(documents)
    with tempfile.TemporaryDirectory() as folder:
        reader = JsonlReader(str(source.parent), glob_pattern=source.name)
        signatures, buckets, ids, gone = (f"{folder}/{name}" for name in ("s", "b", "i", "gone"))
        dropped = JsonlWriter(gone, compression=None)
        kept = JsonlWriter(f"{folder}/kept", compression=None)
        cluster_filter = MinhashDedupFilter(ids, exclusion_writer=dropped)
        for pipeline, tasks in (
            ([reader, MinhashDedupSignature(signatures, config=config)], 1),
            ([MinhashDedupBuckets(signatures, buckets, config=config)], config.num_buckets),
            ([MinhashDedupCluster(buckets, ids, config=config)], 1),
            ([reader, cluster_filter, kept], 1),
        ):
            logs = tempfile.mkdtemp(dir=folder)
            LocalPipelineExecutor(pipeline, tasks=tasks, workers=1, logging_dir=logs).run()
        names = (row["id"] for path in Path(gone).glob("*.jsonl") for row in read(str(path)))
        Path(removed).write_text("".join(f"{name}\n" for name in names))


def rensa(documents: str, removed: str) -> None:
    """Word 5-grams, 128 permutations, 16 bands; a document goes when an earlier one is found."""
    from rensa import RMinHash, RMinHashLSH

    expect("rensa")
    index = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    number = 0
    with open(removed, "w") as gone, open(f"{removed}.kept", "w") as kept:
        for batch in batches(read(documents)):
            sketches = RMinHash.from_token_sets([fivegrams(row["text"]) for row in batch], 128, 42)
            for row, sketch in zip(batch, sketches, strict=True):
                if index.query(sketch):
                    print(row["id"], file=gone)
                else:
                    index.insert(number, sketch)
                    print(json.dumps(row), file=kept)
                number += 1


def datasketch(documents: str, removed: str) -> None:
    """Compare word 5-grams with 128 permutations in 16 bands."""
    from datasketch import MinHash, MinHashLSH

    expect("datasketch")
    index = MinHashLSH(num_perm=128, params=(16, 8))
    with open(removed, "w") as gone, open(f"{removed}.kept", "w") as kept:
        for batch in batches(read(documents)):
            sets = [[gram.encode() for gram in fivegrams(row["text"])] for row in batch]
            for row, sketch in zip(batch, MinHash.bulk(sets, num_perm=128), strict=True):
                if index.query(sketch):
                    print(row["id"], file=gone)
                else:
                    index.insert(row["id"], sketch)
                    print(json.dumps(row), file=kept)


def exact_python(documents: str, kept: str) -> None:
    """Keep the first of equal texts with a set of 128-bit hashes."""
    import orjson
    import xxhash

    seen = set()
    with open(documents, "rb") as file, open(kept, "wb") as out:
        for line in file:
            digest = xxhash.xxh3_128_digest(orjson.loads(line)["text"].encode())
            if digest not in seen:
                seen.add(digest)
                out.write(line)


def ngrams_python(documents: str, items: str, pairs: str) -> None:
    """Index the 13-grams of items in a dictionary; print (item, document) that share one."""
    import orjson

    index: dict[tuple[str, ...], list[str]] = {}
    for item in read(items):
        for gram in set(windows(WORD.findall(item["text"].lower()), 13)):
            index.setdefault(gram, []).append(item["id"])
    with open(documents, "rb") as file, open(pairs, "w") as out:
        for line in file:
            row = orjson.loads(line)
            found = set(windows(WORD.findall(row["text"].lower()), 13)) & index.keys()
            for item in sorted({item for gram in found for item in index[gram]}):
                print(json.dumps([item, row["id"]]), file=out)


def dolma_gzip(documents: str, folder: str) -> None:
    """Lay documents out as dolma wants them: compressed, in a folder of that name."""
    import gzip
    import shutil

    inputs = Path(folder) / "documents"
    inputs.mkdir(parents=True)
    with open(documents, "rb") as file, gzip.open(inputs / "0.json.gz", "wb", 1) as out:
        shutil.copyfileobj(file, out)


def dolma_paragraphs(_documents: str, folder: str, ngram: str = "0") -> None:
    """Find repeated paragraphs with dolma's Bloom filter, after ``dolma_gzip``.

    With an ``ngram``, those of which 80% of the n-grams were seen.
    """
    import subprocess

    expect("dolma")
    dolma = Path(sys.executable).with_name("dolma")
    words = [dolma, "dedupe", "--documents", Path(folder) / "documents" / "*.gz"]
    words += ["--dedupe.name", "paragraphs", "--processes", 1]
    words += ["--dedupe.paragraphs.attribute_name", "repeated"]
    words += ["--dedupe.paragraphs.paragraph_separator", "\n\n"]
    if ngram != "0":
        words += ["--dedupe.paragraphs.by_ngram.ngram_length", ngram]
        words += ["--dedupe.paragraphs.by_ngram.stride", 1]
        words += ["--dedupe.paragraphs.by_ngram.overlap_threshold", 0.8]
    words += ["--bloom_filter.file", Path(folder) / "bloom", "--no-bloom_filter.read_only"]
    words += ["--bloom_filter.estimated_doc_count", 10_000_000]
    words += ["--bloom_filter.desired_false_positive_rate", 1e-5]
    subprocess.run([str(word) for word in words], check=True)


def read(path: str) -> Iterator[dict]:
    """Yield the objects of a file."""
    import orjson

    with open(path, "rb") as file:
        yield from map(orjson.loads, file)


def batches(rows: Iterator[dict]) -> Iterator[list[dict]]:
    """Yield a thousand rows at a time."""
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == 1000:
            yield batch
            batch = []
    if batch:
        yield batch


def windows(words: list[str], n: int) -> list[tuple[str, ...]]:
    """Return the windows of ``n`` words; of a shorter text the whole."""
    return [tuple(words[i : i + n]) for i in range(max(1, len(words) - n + 1))]


def fivegrams(text: str) -> list[str]:
    """Return word 5-grams as rensa and datasketch want them."""
    return [" ".join(gram) for gram in windows(WORD.findall(text.lower()), 5)]


def expect(package: str) -> None:
    """Stop where another version than the one compared is installed."""
    found = version(package)
    if found != VERSIONS[package]:
        sys.exit(f"{package} is {found}, expected {VERSIONS[package]}: see _peers.py")


PEERS = (
    datatrove_filters,
    datatrove_minhash,
    rensa,
    datasketch,
    exact_python,
    ngrams_python,
    dolma_gzip,
    dolma_paragraphs,
)

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    {peer.__name__: peer for peer in PEERS}[name](*arguments)
