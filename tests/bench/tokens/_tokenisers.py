"""The peers of ``tokenise.py``: JSON lines in, the tokens of all documents in one file out.

    python -m venv peers
    peers/bin/pip install tokenizers tiktoken gigatoken tokie numpy orjson

Run as ``python _tokenisers.py PEER TOKENIZER SEPARATOR DOCUMENTS OUTPUT``; one thread each, and
after each document the separator, as uint16 or uint32.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import orjson


def texts(documents: str) -> Iterator[str]:
    """Yield the texts of the documents."""
    with open(documents, "rb") as lines:
        for line in lines:
            yield orjson.loads(line)["text"]


def tokenizers(tokenizer: str, documents: str) -> Iterable[list[int]]:
    """Hugging Face's own; special tokens in a text are text."""
    from tokenizers import Tokenizer

    opened = Tokenizer.from_file(tokenizer)
    opened.encode_special_tokens = True
    for text in texts(documents):
        yield opened.encode(text, add_special_tokens=False).ids


def tiktoken(tokenizer: str, documents: str) -> Iterable[list[int]]:
    """OpenAI's, with the file's vocabulary and expression; it needs a token of each byte."""
    from tiktoken import Encoding

    with open(tokenizer) as file:
        parts = json.load(file)
    byte_of = {letter: byte for byte, letter in enumerate(letters_of_bytes())}
    added = {token["content"]: token["id"] for token in parts["added_tokens"]}
    ranks = {
        bytes(byte_of[letter] for letter in token): rank
        for token, rank in parts["model"]["vocab"].items()
        if token not in added
    }
    encoding = Encoding(
        "file", pat_str=expression(parts), mergeable_ranks=ranks, special_tokens=added
    )
    for text in texts(documents):
        yield encoding.encode_ordinary(text)


def expression(parts: dict) -> str:
    """The regular expression by which a tokenizer.json cuts texts."""
    for cut in parts["pre_tokenizer"].get("pretokenizers", []):
        if cut["type"] == "Split":
            return cut["pattern"]["Regex"]
    return r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def letters_of_bytes() -> list[str]:
    """GPT-2's printable letter for each byte."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte if byte in plain else next(others)) for byte in range(256)]


def tokie(tokenizer: str, documents: str) -> Iterable[list[int]]:
    """Tokie."""
    from tokie import Tokenizer

    opened = Tokenizer.from_json(tokenizer)
    for text in texts(documents):
        yield opened.encode(text).ids


def gigatoken(tokenizer: str, documents: str) -> Iterable[np.ndarray]:
    """Gigatoken, which reads the file itself."""
    from gigatoken import JsonlFileSource, Tokenizer

    source = JsonlFileSource([documents], "text")
    array = Tokenizer(tokenizer).encode_files(source, parallel=False)
    return map(np.asarray, array)


PEERS: dict[str, Callable] = {f.__name__: f for f in (tokenizers, tiktoken, tokie, gigatoken)}


def main() -> None:
    """Run a peer."""
    os.environ |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}
    peer, tokenizer, separator, documents, output = sys.argv[1:]
    with open(tokenizer) as file:
        parts = json.load(file)
    added = {token["content"]: token["id"] for token in parts["added_tokens"]}
    largest = max(*parts["model"]["vocab"].values(), *added.values())
    kind = np.uint16 if largest < 2**16 else np.uint32
    with open(output, "wb") as out:
        for ids in PEERS[peer](tokenizer, documents):
            np.asarray(ids, dtype=kind).tofile(out)
            np.asarray([added[separator]], dtype=kind).tofile(out)


if __name__ == "__main__":
    main()
