"""JSON lines to token shards: ``python tokenise.py --corpus FILE --tokenizer tokenizer.json``.

Beside the peers of ``_tokenisers.py``, in the same run and on the same documents: the first
megabytes, since Hugging Face's own takes a second for one. ``vocabularies.py`` makes tokenizer
files of known families. Ends with 1 below a bar, or when a token differs from Hugging Face's.
"""

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "corpus"))

from _corpus import MB, Cost, measured  # noqa: E402

PEERS = ("tokenizers", "tiktoken", "tokie", "gigatoken")
BARS = {"tokenizers": 40.0, "tiktoken": 7.0}
LEAST_RATE = 75.0
MOST_MEMORY = 300 * 2**20


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="JSON lines to token shards")
    add = parser.add_argument
    add("--corpus", type=Path, required=True, help="JSON lines with a text")
    add("--tokenizer", type=Path, required=True, help="tokenizer.json")
    add("--engine", type=Path, default=Path("target/release/assay-corpus"))
    add("--peers-python", type=Path, default=Path(sys.executable))
    add("--peers", nargs="*", default=PEERS, choices=PEERS)
    add("--separator", default="<|endoftext|>", help="the token after each document")
    add("--limit-mb", type=float, default=30, help="what the peers read")
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    typed = arguments()
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        work = Path(folder)
        part = beginning(typed.corpus, work / "part.jsonl", typed.limit_mb)
        ours, digest = engine(typed, part, work / "part")
        show("assay", part, ours)
        below = []
        for peer in typed.peers:
            output = work / f"{peer}.bin"
            words = [HERE / "_tokenisers.py", peer, typed.tokenizer, typed.separator, part, output]
            cost = measured(typed.peers_python, *words)
            same = sha256([output]) == digest
            show(peer, part, cost, f"{cost.cpu / ours.cpu:6.1f}x  same tokens: {same}")
            if peer == "tokenizers" and not same:
                sys.exit("the tokens differ from those of Hugging Face's tokenizers")
            if cost.cpu / ours.cpu < BARS.get(peer, 0):
                below.append(f"{BARS[peer]} times {peer}")
        whole, _ = engine(typed, typed.corpus, work / "whole")
        show("assay, whole corpus", typed.corpus, whole)
        if typed.corpus.stat().st_size / MB / whole.cpu < LEAST_RATE:
            below.append(f"{LEAST_RATE} MB/s")
        if whole.peak > MOST_MEMORY:
            below.append("300 MiB")
        if below:
            sys.exit(f"not met: {', '.join(below)}")


def beginning(corpus: Path, part: Path, megabytes: float) -> Path:
    """Write the first megabytes of the documents."""
    with corpus.open("rb") as file, part.open("wb") as out:
        while out.tell() < megabytes * MB and (line := file.readline()):
            out.write(line)
    return part


def engine(typed: argparse.Namespace, documents: Path, output: Path) -> tuple[Cost, str]:
    """Write a token store; return what it took and the digest of its tokens."""
    words = [typed.engine, "tokenize", documents, "-o", output, "--tokenizer", typed.tokenizer]
    words += ["--separator", typed.separator, "--threads", 1, "--no-progress"]
    cost = measured(*words)
    return cost, sha256(sorted(output.rglob("tokens-*.bin")))


def sha256(files: list[Path]) -> str:
    """Return the digest of files joined."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def show(name: str, documents: Path, cost: Cost, beside: str = "") -> None:
    """Print a row: rate in JSON lines, peak memory and what there is to compare."""
    rate = documents.stat().st_size / MB / cost.cpu
    print(f"{name:20} {rate:7.1f} MB/s {cost.peak / 2**20:6.0f} MiB {beside}", flush=True)


if __name__ == "__main__":
    main()
