"""Exports beside the engines' own writers: ``python tests/bench/tokens/export.py``.

Both write the documents of the same token store. The writers get each document as a view of the
tokens in memory, which is the least that any tool around them could do; the engine also checks the
digests of the store and takes those of what it writes. Each runs in a process of its own. That
counts imports, too: five seconds for megatron-core and streaming, which load torch, so that their
ratios say little about writing below a billion tokens.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

MEASURE = Path(__file__).parents[1] / "corpus" / "_measure.py"
FORMATS = ["olmo", "megatron", "nanotron", "parquet", "arrow", "mds"]


def documents(store: Path):
    """Yield each document of a store of one shard."""
    header = json.loads((store / "store.json").read_text())
    tokens = np.fromfile(store / "tokens-00000.bin", header["dtype"])
    ends = np.fromfile(store / "documents-00000.bin", "<u8")[::2].tolist()
    start = 0
    for end in ends:
        yield tokens[start:end]
        start = end


def olmo(store: Path, output: Path) -> None:
    """Write one array and its lines with numpy and gzip: OLMo-core has no writer."""
    import gzip

    with open(output / "part.npy", "wb") as file, gzip.open(output / "part.csv.gz", "wt") as lines:
        end = 0
        for document in documents(store):
            file.write(document.tobytes())
            start, end = end, end + len(document)
            lines.write(f"{start},{end}\n")


def megatron(store: Path, output: Path) -> None:
    """Write with the builder of megatron-core."""
    from megatron.core.datasets.indexed_dataset import DType, IndexedDatasetBuilder

    vocab_size = json.loads((store / "store.json").read_text())["vocab_size"]
    builder = IndexedDatasetBuilder(str(output / "a.bin"), DType.optimal_dtype(vocab_size))
    for document in documents(store):
        builder.add_document(document, [len(document)])
    builder.finalize(str(output / "a.idx"))


def nanotron(store: Path, output: Path) -> None:
    """Write with the file that datatrove's tokenizer step writes."""
    from datatrove.pipeline.tokens.tokenizer import TokenizedFile

    first = next(documents(store))
    file = TokenizedFile(str(output), "a.ds", token_size=first.itemsize)
    for document in documents(store):
        file.write(document.tolist(), None)
    file.close()


def parquet(store: Path, output: Path) -> None:
    """Write batches with pyarrow, zstd as the engine does."""
    import pyarrow.parquet as pq

    schema, batches = _batches(store)
    with pq.ParquetWriter(output / "a.parquet", schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def arrow(store: Path, output: Path) -> None:
    """Write batches with pyarrow, as `datasets` does below its rows."""
    import pyarrow as pa

    schema, batches = _batches(store)
    with pa.ipc.new_stream(output / "a.arrow", schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _batches(store: Path):
    import pyarrow as pa

    schema = pa.schema({"input_ids": pa.list_(pa.int32())})

    def batches():
        rows = []
        for document in documents(store):
            rows.append(document.astype("int32"))
            if len(rows) == 1024:
                yield pa.record_batch([pa.array(rows, schema.types[0])], schema)
                rows = []
        yield pa.record_batch([pa.array(rows, schema.types[0])], schema)

    return schema, batches()


def mds(store: Path, output: Path) -> None:
    """Write with the writer of mosaicml-streaming."""
    from streaming import MDSWriter

    columns = {"tokens": f"ndarray:{next(documents(store)).dtype}"}
    with MDSWriter(out=str(output / "mds"), columns=columns) as writer:
        for document in documents(store):
            writer.write({"tokens": document})


def write_store(folder: Path, vocab_size: int, tokens: int) -> None:
    """Write documents of lengths and tokens that are skewed as in text."""
    random = np.random.default_rng(0)
    lengths = np.clip(random.lognormal(6.4, 1.2, tokens // 1235).astype(int), 1, 200_000)
    ends = np.cumsum(lengths)
    ids = 1 + ((vocab_size - 1) * random.random(ends[-1]) ** 6).astype("<u4")
    ids[ends - 1] = 0
    dtype = "uint16" if vocab_size <= 1 << 16 else "uint32"
    files = {
        "tokens-00000.bin": ids.astype(dtype).tobytes(),
        "documents-00000.bin": np.stack([ends, 3 * ends], axis=1).astype("<u8").tobytes(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    counts = {"documents": len(ends), "tokens": int(ends[-1])}
    shard = dict(zip(["tokens_file", "documents_file"], files, strict=True)) | counts
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    header = {"schema_version": 1, "name": "bench", "dtype": dtype, "vocab_size": vocab_size}
    header |= {"tokenizer_sha256": "0" * 64, "separator_id": 0, "text_bytes": int(3 * ends[-1])}
    header |= counts | {"shards": [shard | {"bytes_file": None, "sha256": digests}]}
    (folder / "store.json").write_text(json.dumps(header))


def measured(command: list[str]) -> dict | None:
    """Run a command and return what it took; None where it fails, as without its package."""
    done = subprocess.run([sys.executable, MEASURE, *command], capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def main() -> None:
    """Print a table for each size of vocabulary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=50_000_000)
    parser.add_argument("--binary", default="assay-corpus", help="the engine, built for release")
    parser.add_argument("--peer", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        name, store, output = arguments.peer
        globals()[name](Path(store), Path(output))
        return
    for vocab_size in (50_257, 128_256):
        print(f"vocabulary of {vocab_size}: millions of tokens per CPU second, peak MiB")
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "store"
            store.mkdir()
            write_store(store, vocab_size, arguments.tokens)
            for name in FORMATS:
                compare(name, store, Path(folder), arguments)


def compare(name: str, store: Path, folder: Path, arguments: argparse.Namespace) -> None:
    """Print a row: the engine, the format's own writer, how many times faster."""
    tokens = json.loads((store / "store.json").read_text())["tokens"]
    output = folder / name
    command = [arguments.binary, "export", str(store), "-o", str(output), "--format", name]
    ours = measured([*command, "--no-progress"])
    if ours is None:
        sys.exit(f"{' '.join(command)}: failed")
    with tempfile.TemporaryDirectory(dir=folder) as theirs:
        peer = measured([sys.executable, __file__, "--peer", name, str(store), theirs])
    cells = []
    for took in (ours, peer):
        if took is None:
            cells.append(f"{'missing':>12}")
        else:
            cells.append(f"{tokens / took['cpu'] / 1e6:6.1f} {took['peak'] >> 20:5}")
    ratio = f"{peer['cpu'] / ours['cpu']:6.1f}x" if peer else ""
    print(f"  {name:9} {cells[0]}  own writer {cells[1]} {ratio}")


if __name__ == "__main__":
    main()
