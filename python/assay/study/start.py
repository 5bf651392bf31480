"""Makes a study file for text that somebody has: what ``assay init`` does."""

from __future__ import annotations

import importlib.resources
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay import corpus
from assay.base.facts import folder_context
from assay.corpus.bpe import SEPARATOR, train_tokenizer
from assay.errors import DataError, StudyError
from assay.files import write_atomic
from assay.records import REPLAY
from assay.study.file import StudyFile
from assay.tomlfile import read_toml

__all__ = ["StartingText", "start_study"]

_STUDY, _TOKENIZER, _SCHEMA = "study.toml", "tokenizer.json", "study.schema.json"

_SAMPLE = 400
"""Documents of a text that are tokenised to learn how many bytes make a token."""
_TRAINING_SAMPLE = 20_000
"""Documents of the replay text that a tokenizer is trained on."""

_RATIO = 0.3
_RUNGS = 5
_LEAST_UPDATES = 8
"""Updates of the smallest run: fewer are mostly noise."""
_KEPT = 0.8
"""Share of a text that is counted on: preparation drops duplicates and evaluation text."""
_LONGEST = {True: 2**20, False: 2**26}
"""Trained tokens of the largest run, for the built-in base (an hour or two on a small machine) and
for a model of the user's."""
_BATCHES = {True: ((256, 4), (128, 2), (64, 2), (32, 2)), False: ((1024, 8), (256, 8), (128, 4))}
"""Tokens and number of the sequences of an update, from most to least."""

_SEPARATORS = (SEPARATOR, "<|end_of_text|>", "<|eot_id|>", "</s>", "<eos>", "[SEP]")


@dataclass(frozen=True, kw_only=True)
class StartingText:
    """The text of a study: files, folders or globs, relative to the working folder."""

    sources: Sequence[tuple[str, str]]
    """Name and path of each candidate."""
    target: str
    guard: str
    replay: str

    @property
    def paths(self) -> dict[str, str]:
        """Every path, by the name of its text."""
        own = {"target": self.target, "guard": self.guard, REPLAY: self.replay}
        return {**own, **dict(self.sources)}


def start_study(
    folder: Path, text: StartingText, *, base: Path | None = None, tokenizer: Path | None = None
) -> Path:
    """Write a study file, a tokenizer where none is given, and the schema for editors.

    Parameters
    ----------
    folder
        Where they are written. What exists there is never written over.
    text
        The text of the study.
    base
        A Hugging Face model to start from; a tiny built-in one by default.
    tokenizer
        A ``tokenizer.json``; by default that of the base, or one trained on the replay text.

    Returns
    -------
    The path of the study file.

    Raises
    ------
    StudyError
        If a file that would be written exists, or the text is too small for a ladder.
    DataError
        If a text is missing or damaged, or a file is no tokenizer.
    MissingExtra
        If a tokenizer must be trained, or a model described, and the extra is not installed.
    """
    _check_names(text)
    tokenizer = tokenizer or (base / "tokenizer.json" if base else None)
    made = [_STUDY, _SCHEMA] if tokenizer else [_STUDY, _SCHEMA, _TOKENIZER]
    for name in made:
        if (folder / name).exists():
            raise StudyError(f"{folder / name} exists: name another folder, or remove it")
    with tempfile.TemporaryDirectory() as scratch:
        read = tokenizer or _trained(text, Path(scratch))
        separator = _separator(read)
        shape = _shape(text, _count_tokens(text, read, separator, Path(scratch)), base)
        named = os.path.relpath(tokenizer, folder) if tokenizer else _TOKENIZER
        written = _study_text(folder, text, shape, base, named, separator)
        _check(written, Path(scratch))
        folder.mkdir(parents=True, exist_ok=True)
        if tokenizer is None:
            write_atomic(folder / _TOKENIZER, read.read_bytes())
    schema = importlib.resources.files("assay.schema") / "study.json"
    write_atomic(folder / _SCHEMA, schema.read_bytes())
    write_atomic(folder / _STUDY, written.encode())
    return folder / _STUDY


@dataclass(frozen=True)
class _Shape:
    """The numbers of a study that follow from its text."""

    sequence_tokens: int
    batch_sequences: int
    smallest: int
    largest: int
    pretrain: int


def _shape(text: StartingText, tokens: dict[str, int], base: Path | None) -> _Shape:
    """Lay out five rungs, of which the largest reads the largest source about once."""
    builtin = base is None
    context = None if base is None else folder_context(base)
    supply = max(tokens[name] for name, _ in text.sources) * _KEPT / (1 - _RATIO)
    for sequence, batch in _BATCHES[builtin]:
        sequence = min(sequence, context or sequence)
        update = sequence * batch
        smallest = int(min(supply, _LONGEST[builtin]) / 2 ** (_RUNGS - 1) / update) * update
        if smallest >= _LEAST_UPDATES * update and tokens[REPLAY] > 4 * sequence:
            largest = smallest * 2 ** (_RUNGS - 1)
            return _Shape(sequence, batch, smallest, largest, _pretrain(tokens, sequence))
    needed = round(_LEAST_UPDATES * update * 2 ** (_RUNGS - 1) * (1 - _RATIO) / _KEPT)
    found = ", ".join(f"{name} {tokens[name]:,}" for name, _ in text.sources)
    raise StudyError(
        f"the sources have about {found} tokens, and a ladder of {_RUNGS} rungs needs {needed:,} "
        f"of one (replay: {tokens[REPLAY]:,}): give more text"
    )


def _pretrain(tokens: dict[str, int], sequence: int) -> int:
    """Read the replay text a few times over, but not for longer than the largest run."""
    most = max(min(4 * tokens[REPLAY], _LONGEST[True]), 64 * 16 * sequence)
    return most // (16 * sequence) * 16 * sequence


def _check_names(text: StartingText) -> None:
    counts = Counter(name for name, _ in text.sources)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise StudyError(f'--source "{twice[0]}" is given twice: one name for each path')


def _trained(text: StartingText, scratch: Path) -> Path:
    """Train a tokenizer on a sample of the replay text."""
    path = scratch / _TOKENIZER
    path.write_bytes(train_tokenizer(d["text"] for d in _sample(text.replay, _TRAINING_SAMPLE)))
    return path


def _engine(verb: str, path: str, *options: str) -> str:
    """Call the corpus engine on files of any format that it reads; return what it prints."""
    command = [sys.executable, "-m", "assay", "corpus", verb, path, "--no-progress", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"{path}: exit code {done.returncode}"]
        reason = said[-1].removeprefix("assay corpus: ")
        raise DataError(reason.removesuffix(", which is relative to the recipe file"))
    return done.stdout


def _sample(path: str, count: int) -> list[dict[str, Any]]:
    """Draw documents at random, as JSON has them."""
    lines = _engine("sample", path, "-n", str(count)).splitlines()
    return [document for line in lines if isinstance((document := json.loads(line)), dict)]


def _count_tokens(
    text: StartingText, tokenizer: Path, separator: str, scratch: Path
) -> dict[str, int]:
    """Estimate the tokens of replay and every source: bytes of all, by the tokens of a sample."""
    wanted = [REPLAY, *(name for name, _ in text.sources)]
    for number, name in enumerate(wanted):
        lines = (json.dumps({"text": d["text"]}) for d in _sample(text.paths[name], _SAMPLE))
        (scratch / f"{number}.jsonl").write_text("".join(f"{line}\n" for line in lines))
    recipe = {
        "schema_version": 1,
        "output": str(scratch / "tokens"),
        "tokenizer": str(tokenizer.absolute()),
        "separator": separator,
        "dedup": {"exact": False, "near": None},
        "source": [{"name": f"t{i}", "path": f"{i}.jsonl"} for i in range(len(wanted))],
    }
    manifest = corpus.prepare(recipe, scratch, progress=False)
    found = {}
    for report, name in zip(manifest["sources"], wanted, strict=True):
        store = report["store"]
        if store is None:
            raise DataError(f"{text.paths[name]} has no text")
        of_all = json.loads(_engine("stats", text.paths[name], "--json"))["text_bytes"]
        found[name] = round(of_all * store["tokens"] / max(store["text_bytes"], 1))
    return found


def _separator(tokenizer: Path) -> str:
    """Return the token that ends a document.

    Raises
    ------
    DataError
        If the file is missing or is no tokenizer.
    StudyError
        If the tokenizer has none of the usual ones.
    """
    try:
        value = json.loads(tokenizer.read_bytes())
        added = [str(token["content"]) for token in value["added_tokens"]]
    except OSError as error:
        raise DataError(f"{tokenizer}: cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError):
        raise DataError(f"{tokenizer} is no tokenizer.json of a model") from None
    for name in _SEPARATORS:
        if name in added:
            return name
    raise StudyError(
        f"{tokenizer} has none of the tokens that end a document ({', '.join(_SEPARATORS)}): its "
        f"added tokens are {', '.join(added) or 'none'}; add one of the former"
    )


def _study_text(
    folder: Path,
    text: StartingText,
    shape: _Shape,
    base: Path | None,
    tokenizer: str,
    separator: str,
) -> str:
    def path(given: str) -> str:
        return json.dumps(os.path.relpath(given, folder), ensure_ascii=False)

    template = (importlib.resources.files("assay.study") / "new-study.toml").read_text()
    head, source = template.split("# --- a source ---\n")
    source, tail = source.split("# --- the end of a source ---\n")
    values = {
        "NAME": json.dumps(folder.absolute().name, ensure_ascii=False),
        "ANNEAL_TOKENS": f"{2 * shape.largest:_}",
        "BASE": _base_lines(folder, shape, base),
        "TOKENIZER": json.dumps(tokenizer, ensure_ascii=False),
        "TARGET": path(text.target),
        "GUARD": path(text.guard),
        "REPLAY": path(text.replay),
        "RATIO": str(_RATIO),
        "SEPARATOR": json.dumps(separator),
        "FROM": f"{shape.smallest:_}",
        "TO": f"{shape.largest:_}",
        "SEQUENCE": str(shape.sequence_tokens),
        "BATCH": str(shape.batch_sequences),
        "RATE": ""
        if base is None
        else "\nlearning_rate = 1e-4             # SET: where the base's own ended",
    }
    sources = "".join(
        _filled(source, {"SOURCE": json.dumps(name), "PATH": path(given)})
        for name, given in text.sources
    )
    return _filled(head, values) + sources + _filled(tail, values)


def _base_lines(folder: Path, shape: _Shape, base: Path | None) -> str:
    if base is not None:
        return f"model = {json.dumps(os.path.relpath(base, folder), ensure_ascii=False)}"
    model = 'model = "builtin:tiny"           # pre-trained on the replay, once'
    return f"{model}\npretrain = {{ tokens = {shape.pretrain:_} }}"


def _filled(template: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template


def _check(written: str, scratch: Path) -> None:
    """Check that what will be written is a study, before it is."""
    path = scratch / _STUDY
    path.write_text(written)
    try:
        read_toml(path, StudyFile)
    except StudyError as error:
        raise StudyError(str(error).removeprefix(f"{path}: ")) from None
