"""Counts the training sequences in the text of a study, and packs whole documents into them.

Concatenated text needs nothing but its token store. Where whole documents are packed, the engine
decides once, for the whole study, which pieces of documents make each sequence: a mixture folder
in the output folder lists them, and every run draws from it. Nothing here needs torch.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay import _core
from assay.corpus import TokenStore, sequence_count
from assay.corpus.packing import packed_folder
from assay.records import REPLAY, BlendMember, PackingMethod
from assay.study.file import Study

__all__ = ["AvailableSequences", "BlendedSequences", "available_sequences", "pack"]


@dataclass(frozen=True)
class AvailableSequences:
    """The sequences that a source, or replay, can give the runs of a study."""

    store: TokenStore
    sequences: int
    """Different sequences that may be drawn."""
    fill: float
    """Share of their positions that hold tokens; the rest is padding."""


@dataclass(frozen=True)
class BlendedSequences:
    """The sequences that a blend can give the runs of a study.

    Its members are repeated equally often, so the scarcest for its share says when that begins.
    """

    members: Mapping[str, AvailableSequences]
    shares: Mapping[str, float]
    """Share of each member in the tokens; they sum to 1."""

    @property
    def fill(self) -> float:
        """Share of the positions that hold tokens, in the mean of the members."""
        positions = sum(share / self.members[name].fill for name, share in self.shares.items())
        return sum(self.shares.values()) / positions

    @property
    def scarcest(self) -> str:
        """The member that runs out first."""
        return min(self._wholes, key=self._wholes.__getitem__)

    @property
    def sequences(self) -> int:
        """Different sequences that may be drawn, of each member its share."""
        return math.floor(min(self._wholes.values()))

    def split(self, candidate: int, unique: int) -> tuple[BlendMember, ...]:
        """Split what a run draws among the members, exact to the sequence.

        Parameters
        ----------
        candidate, unique
            Sequences drawn from the blend, and different ones among them. A member that is drawn
            from has at least one, which can make the different ones a few more.
        """
        weights = list(self._weights.values())
        drawn, different = _core.quotas(weights, candidate), _core.quotas(weights, unique)
        return tuple(
            BlendMember(
                name=name,
                candidate_sequences=count,
                unique_sequences=min(count, max(new, 1), self.members[name].sequences),
                fill=self.members[name].fill,
                sha256=self.members[name].store.sha256,
            )
            for name, count, new in zip(self._weights, drawn, different, strict=True)
        )

    @property
    def _weights(self) -> dict[str, float]:
        """Share of each member in the sequences: where there is padding, more are drawn."""
        return {
            name: share * self.fill / self.members[name].fill for name, share in self.shares.items()
        }

    @property
    def _wholes(self) -> dict[str, float]:
        """Sequences of the whole blend that use up all of each member."""
        return {name: self.members[name].sequences / w for name, w in self._weights.items()}


def available_sequences(study: Study) -> dict[str, AvailableSequences]:
    """Count the sequences of replay and of every source of a prepared study; write nothing.

    Raises
    ------
    DataError
        If a token store is missing or damaged.
    StudyError
        If a text has not one sequence.
    """
    caps = {REPLAY: math.inf, **{s.name: s.cap or math.inf for s in study.file.source}}
    stores = {name: TokenStore.open(study.output.store(name)) for name in caps}
    packing, length = study.file.anneal.packing, study.file.anneal.sequence_tokens
    found = {}
    if packing == "concatenate":
        for name, store in stores.items():
            tokens = int(min(store.token_count, caps[name]))
            found[name] = AvailableSequences(store, sequence_count(tokens, length), 1.0)
        return found
    for source in _mix(study, packing, length, dry_run=True)["sources"]:
        name, fill = source["name"], source["fill"]
        sequences = int(min(source["available"], caps[name] // (fill * length)))
        found[name] = AvailableSequences(stores[name], sequences, fill)
    return found


def pack(study: Study, packing: PackingMethod, sequence_tokens: int) -> Path:
    """Pack every text of a prepared study and return the folder of packed text.

    Nothing is written where documents are concatenated, or where the text is packed already.

    Raises
    ------
    DataError
        If a token store is missing or damaged.
    StudyError
        If a text has not one sequence.
    AssayError
        If the folder cannot be written.
    """
    if packing != "concatenate":
        _mix(study, packing, sequence_tokens)
    return study.output.packed


def _mix(
    study: Study, packing: PackingMethod, sequence_tokens: int, *, dry_run: bool = False
) -> dict[str, Any]:
    """Pack all texts of a study into one mixture folder and return its manifest."""
    names = (REPLAY, *study.source_names)
    output = packed_folder(study.output.packed, packing, sequence_tokens)
    recipe = {
        "schema_version": 1,
        "output": str(output.absolute()),
        "packing": packing,
        "sequence_tokens": sequence_tokens,
        # A recipe must say how much it draws. Runs draw by plans of their own, so any number does.
        "tokens": sequence_tokens,
        "source": [
            {"name": name, "store": str(study.output.store(name).absolute()), "weight": 1}
            for name in names
        ],
    }
    manifest: dict[str, Any] = json.loads(_core.mix(json.dumps(recipe), study.out, dry_run))
    return manifest
