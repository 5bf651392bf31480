"""Write the built-in study into a folder: corpora, tokenizer, study file."""

from __future__ import annotations

import contextlib
import gc
import gzip
import importlib.resources
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assay.corpus import bpe
from assay.demo.corpora import CORPORA, PACKAGES
from assay.demo.extract import Document
from assay.demo.packages import locate, standard_library
from assay.files import digest, file_sha256, read_json, write_atomic, write_json

__all__ = ["build_demo"]

_MANIFEST = "demo.json"
_TOKENIZER = "tokenizer.json"


@dataclass(frozen=True)
class _Written:
    sha256: str
    documents: int
    text_bytes: int


def build_demo(folder: Path = Path("assay-demo"), *, full: bool = False) -> Path:
    """Make the built-in study in ``folder`` and return the path of its study file.

    The text comes from the files of installed packages; nothing is imported or downloaded. What
    is there and was made from the same inputs is kept, and so is a study file that exists, with
    any change made to it.

    Parameters
    ----------
    folder
        Where corpora, tokenizer and study file are written.
    full
        Take the larger study, of about an hour, instead of the one of minutes.

    Raises
    ------
    MissingExtra
        If a package that the study reads is not installed.
    """
    inputs = _inputs_digest()
    if not _is_current(folder, inputs):
        files = {f"{name}.jsonl.gz": _write_corpus(folder, name) for name in CORPORA}
        files[_TOKENIZER] = _write_tokenizer(folder)
        record = {"inputs": inputs, "files": {name: asdict(f) for name, f in files.items()}}
        write_json(folder / _MANIFEST, record)
    study = folder / ("study-full.toml" if full else "study.toml")
    if not study.exists():
        template = importlib.resources.files("assay.demo") / study.name
        write_atomic(study, template.read_bytes())
    return study


def _write_corpus(folder: Path, name: str) -> _Written:
    with _no_cyclic_gc():
        documents = list(CORPORA[name]())
    path = folder / f"{name}.jsonl.gz"
    write_atomic(path, _packed(documents))
    size = sum(len(document.text.encode()) for document in documents)
    _say(f"{path}: {len(documents):,} documents, {size / 1e6:.1f} MB of text")
    return _Written(file_sha256(path), len(documents), size)


def _write_tokenizer(folder: Path) -> _Written:
    texts = [json.loads(line)["text"] for line in _lines(folder / "replay.jsonl.gz")]
    path = folder / _TOKENIZER
    write_atomic(path, bpe.train_tokenizer(texts))
    _say(f"{path}: trained on the replay text")
    return _Written(file_sha256(path), len(texts), sum(len(text.encode()) for text in texts))


def _packed(documents: Iterable[Document]) -> bytes:
    lines = (json.dumps(asdict(document), ensure_ascii=False) for document in documents)
    text = "".join(f"{line}\n" for line in lines)
    return gzip.compress(text.encode("utf-8", errors="replace"), compresslevel=6, mtime=0)


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _inputs_digest() -> str:
    """Digest of every file that is read, and of the code that reads it."""
    own = [*sorted(Path(__file__).parent.glob("*.py")), Path(bpe.__file__)]
    packages = [standard_library(), *map(locate, PACKAGES)]
    modules = [module.path for package in packages for module in package.modules()]
    parts: list[Any] = [[package.name, package.version] for package in packages]
    return digest([*parts, *(file_sha256(path) for path in [*own, *modules])])


def _is_current(folder: Path, inputs: str) -> bool:
    if not (folder / _MANIFEST).exists():
        return False
    record = read_json(folder / _MANIFEST, "assay demo")
    return record["inputs"] == inputs and all(
        (folder / name).exists() and file_sha256(folder / name) == written["sha256"]
        for name, written in record["files"].items()
    )


@contextlib.contextmanager
def _no_cyclic_gc() -> Iterator[None]:
    """Syntax trees have no cycles: without the collector they are built four times as fast."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
