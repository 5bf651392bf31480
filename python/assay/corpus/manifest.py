"""The manifest of prepared text, as types: the counts and digests that the engine wrote.

The engine checks every manifest that is read against ``schema/manifest.json``, which these types
follow, so a reader may rely on them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from assay import _core
from assay.errors import DataError

__all__ = [
    "Manifest",
    "Overlap",
    "Prepared",
    "SourceReport",
    "StageReport",
    "StoreHeader",
    "StoreShard",
    "TokenizerReport",
    "read_manifest",
]


class Totals(TypedDict):
    """A number of documents and the bytes of their texts."""

    documents: int
    text_bytes: int
    """UTF-8 bytes."""


class InputReport(TypedDict):
    """One file that was read."""

    path: str
    bytes: int
    blake3: str
    documents: int
    """Rejected ones included."""


class StageReport(TypedDict):
    """Documents that one stage received, dropped and passed on."""

    stage: str
    documents_in: int
    documents_out: int
    bytes_in: int
    bytes_out: int
    changed: int
    """Documents passed on with a changed text."""
    dropped: dict[str, int]
    """Documents by reason."""


class StoreShard(TypedDict):
    """Files of one shard of a token store."""

    tokens_file: str
    documents_file: str
    bytes_file: str | None
    documents: int
    tokens: int
    sha256: dict[str, str]
    """Digest of each file, by name."""


class StoreHeader(TypedDict):
    """The header of a token store, ``store.json``."""

    schema_version: int
    name: str
    dtype: str
    """``uint16`` or ``uint32``."""
    vocab_size: int
    tokenizer_sha256: str
    separator_id: int
    documents: int
    tokens: int
    text_bytes: int
    shards: list[StoreShard]


class DocumentShard(TypedDict):
    """One file of documents or of decisions."""

    file: str
    bytes: int
    documents: int
    blake3: str


class FoundItems(TypedDict):
    """How much of an evaluation set was found in a source."""

    name: str
    items: int
    too_short: int
    found: int
    pairs: int


class SourceReport(TypedDict):
    """Counts of what became of the documents of one source or evaluation set."""

    name: str
    inputs: list[InputReport]
    read: Totals
    rejected: dict[str, int]
    stages: list[StageReport]
    kept: Totals
    store: StoreHeader | None
    """None where the recipe names no tokenizer."""
    documents: list[DocumentShard]
    decisions: list[DocumentShard]
    found: list[FoundItems]


class OverlapReport(TypedDict):
    """The documents that stay in both of two sources, by the hash of the stage ``exact``."""

    sources: list[str]
    """The two, in the order of the recipe."""
    documents: int
    text_bytes: list[int]
    """Of their texts in each source."""


class TokenizerReport(TypedDict):
    """The tokenizer of a recipe."""

    sha256: str
    vocab_size: int
    separator_id: int


class Manifest(TypedDict):
    """All that a recipe read, dropped and wrote, with the reasons."""

    schema_version: int
    assay_version: str
    recipe: dict[str, Any]
    recipe_sha256: str
    tokenizer: TokenizerReport | None
    """None where the recipe names none."""
    filter_files: dict[str, str]
    """BLAKE3 of each file that filters read."""
    sources: list[SourceReport]
    evals: list[SourceReport]
    overlaps: NotRequired[list[OverlapReport]]
    """Of each two sources that are not compared with each other, where they were counted."""


@dataclass(frozen=True)
class Overlap:
    """How much of one source another one has too."""

    documents: float
    """Share of its kept documents, from 0 to 1."""
    text: float
    """Share of the bytes of its kept texts, which is about that of its tokens."""


@dataclass(frozen=True)
class Prepared:
    """A manifest with ready access to the parts that a study cannot do without."""

    manifest: Manifest

    @property
    def tokenizer(self) -> TokenizerReport:
        """The tokenizer of all token stores.

        Raises
        ------
        DataError
            If there is none: this is the folder of a recipe that is no study's.
        """
        found = self.manifest["tokenizer"]
        if found is None:
            raise DataError("the prepared text has no tokens: run `assay prepare` again")
        return found

    @cached_property
    def reports(self) -> dict[str, SourceReport]:
        """What became of each source and evaluation set, by name, in the order of the recipe."""
        every = [*self.manifest["sources"], *self.manifest["evals"]]
        return {report["name"]: report for report in every}

    def store(self, name: str) -> StoreHeader:
        """Return the header of a token store.

        Raises
        ------
        DataError
            If the study was prepared without that text.
        """
        report = self.reports.get(name)
        if report is None or report["store"] is None:
            raise DataError(f'no text of "{name}" is prepared: run `assay prepare` again')
        return report["store"]

    def kept_share(self, name: str) -> float:
        """Return the share of a source's bytes that preparation kept.

        Dropped are the documents, and parts of documents, that filters, deduplication and
        decontamination took away. Lines that could not be read count for nothing.
        """
        return self.store(name)["text_bytes"] / self.reports[name]["read"]["text_bytes"]

    def overlap(self, name: str, other: str) -> Overlap | None:
        """Return how much of what was kept of a source another source has too.

        Documents are the same if their words are. Those that merely resemble each other are not
        counted, so this is the least that two sources share.

        Parameters
        ----------
        name
            The source of which the share is taken.
        other
            The source that may have the same documents.

        Returns
        -------
        The shares; None where they were not counted: one of the two is no candidate, the
        candidates were compared with each other, so that the second lost what both have, or exact
        duplicates were not looked for.
        """
        for report in self.manifest.get("overlaps", []):
            if sorted(report["sources"]) == sorted([name, other]):
                kept = self.reports[name]["kept"]
                text_bytes = report["text_bytes"][report["sources"].index(name)]
                return Overlap(
                    report["documents"] / kept["documents"], text_bytes / kept["text_bytes"]
                )
        return None


def read_manifest(prepared: Path) -> Manifest:
    """Read and validate the manifest of a finished :func:`assay.corpus.prepare`.

    Raises
    ------
    DataError
        If the folder ``prepared`` holds none, or one of another format.
    """
    path = prepared / "manifest.json"
    if not path.exists():
        raise DataError(f"{path} is missing: run `assay prepare` first")
    manifest: Manifest = json.loads(_core.validate("manifest", path.read_text()))
    return manifest
