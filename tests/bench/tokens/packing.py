"""Packing beside TRL's: ``python tests/bench/tokens/packing.py --documents lengths.npy``.

``lengths.npy`` holds the tokens of each document, separator included (any integer dtype). The
engine plans a mixture of a store of documents of these lengths, at two numbers of documents, so
that the cost of a piece is what the further ones take: reading where documents end, packing and
drawing. TRL's function packs the lengths of
``--documents`` in memory, with tokens that take no bytes to copy. It needs ``pip install --no-deps
trl`` and pyarrow, no torch.
"""

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SEED = 0
RECIPE = """schema_version = 1
output = "mixture"
sequence_tokens = {length}
tokens = {tokens}
packing = "best-fit"

[[source]]
store = "store"
weight = 1
"""

Lengths = NDArray[np.uint64]


def main() -> None:
    """Print a row for each length of sequences and fail where a bar does not hold."""
    parser = argparse.ArgumentParser(description="packing beside TRL's")
    parser.add_argument("--documents", type=Path, required=True, help="lengths of documents (.npy)")
    parser.add_argument("--engine", type=Path, default=Path("target/release/assay-corpus"))
    arguments = parser.parse_args()
    lengths = np.load(arguments.documents).astype(np.uint64)
    failed = False
    print("| sequence | M pieces/s | TRL | ratio | fill % | TRL's fill % |")
    print("|---|---|---|---|---|---|")
    for length in (2048, 8192):
        ours, fill = rate(arguments.engine.resolve(), lengths, length)
        theirs, their_fill = trl(lengths, length)
        cells = [ours / 1e6, theirs / 1e6, ours / theirs, 100 * fill, 100 * their_fill]
        print(f"| {length} | " + " | ".join(f"{cell:.4g}" for cell in cells) + " |")
        failed |= ours < 10e6 or fill < 0.9999
    if failed:
        sys.exit("below 10 M pieces/s or 99.99% fill")


def rate(engine: Path, lengths: Lengths, length: int) -> tuple[float, float]:
    """Pieces that the engine packs in a second of processor time, and the fill of five million."""
    draw = np.random.default_rng(SEED)
    few, many = (draw.choice(lengths, count) for count in (1_000_000, 5_000_000))
    few_seconds, _ = packed(engine, few, length)
    seconds, fill = packed(engine, many, length)
    return (pieces(many, length) - pieces(few, length)) / (seconds - few_seconds), fill


def pieces(lengths: Lengths, length: int) -> int:
    """Documents, and parts of those longer than a sequence."""
    return int(np.ceil(lengths / length).sum())


def packed(engine: Path, lengths: Lengths, length: int) -> tuple[float, float]:
    """Processor seconds of the engine, and fill; all sequences are drawn once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_store(folder / "store", lengths)
        recipe = folder / "mixture.toml"
        recipe.write_text(RECIPE.format(length=length, tokens=length))
        available = mix(engine, recipe)[1]["available"]
        recipe.write_text(RECIPE.format(length=length, tokens=length * available))
        seconds, source = mix(engine, recipe)
    return seconds, source["tokens"] / (source["available"] * length)


def mix(engine: Path, recipe: Path) -> tuple[float, dict[str, Any]]:
    """Processor seconds of planning, and the source in the plan."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(engine), "mix", str(recipe), "--dry-run", "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, json.loads(done.stdout)["sources"][0]


def write_store(folder: Path, lengths: Lengths) -> None:
    """A token store whose tokens are all zero, as a file with a hole in place of them."""
    folder.mkdir()
    ends = np.cumsum(lengths, dtype=np.uint64)
    tokens = int(ends[-1])
    np.stack([ends, ends], axis=1).astype("<u8").tofile(folder / "documents-00000.bin")
    with open(folder / "tokens-00000.bin", "wb") as file:
        file.truncate(2 * tokens)
    counts = {"documents": len(lengths), "tokens": tokens}
    files = {"tokens_file": "tokens-00000.bin", "documents_file": "documents-00000.bin"}
    shard: dict[str, Any] = {**files, "bytes_file": None, **counts, "sha256": {}}
    about = {"name": "store", "dtype": "uint16", "vocab_size": 50257, "separator_id": 0}
    header = {"schema_version": 1, **about, "tokenizer_sha256": "0" * 64, "text_bytes": tokens}
    (folder / "store.json").write_text(json.dumps({**header, **counts, "shards": [shard]}))


def trl(lengths: Lengths, length: int) -> tuple[float, float]:
    """Pieces that TRL packs in a second of processor time, and its fill."""
    for missing in ("datasets", "transformers"):
        # Only its annotations name them.
        sys.modules[missing] = types.ModuleType(missing)
    for name in ("Dataset", "DatasetDict", "IterableDataset", "IterableDatasetDict"):
        setattr(sys.modules["datasets"], name, type(name, (), {}))
    for name in ("PreTrainedTokenizerBase", "ProcessorMixin"):
        setattr(sys.modules["transformers"], name, type(name, (), {}))
    spec = importlib.util.find_spec("trl")
    if spec is None or spec.origin is None:
        sys.exit("TRL is not installed: pip install --no-deps trl")
    source = Path(spec.origin).with_name("data_utils.py")
    loader = importlib.util.spec_from_file_location("trl_data_utils", source)
    if loader is None or loader.loader is None:
        sys.exit(f"{source}: not a module")
    module = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(module)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    values = pa.nulls(int(offsets[-1]))
    table = pa.table({"input_ids": pa.ListArray.from_arrays(pa.array(offsets), values)})
    began = time.process_time()
    sequences = module._pack_bfd(table, length, "split")
    seconds = time.process_time() - began
    return pieces(lengths, length) / seconds, int(offsets[-1]) / (len(sequences) * length)


if __name__ == "__main__":
    main()
