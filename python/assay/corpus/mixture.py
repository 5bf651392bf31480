"""A mixture: training sequences drawn from several token stores in an order fixed by a seed."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assay import _core
from assay.corpus import hf
from assay.corpus.mapped_files import check_sha256, check_size, map_array
from assay.corpus.packing import PIECE, Concatenated, NumberedSequences, Packed
from assay.corpus.sequence import TrainingSequence
from assay.corpus.store import TokenStore
from assay.errors import DataError, RecipeError

if TYPE_CHECKING:
    import datasets

__all__ = ["Mixture", "MixtureSource"]

_BLOCK = 1024
"""Draws made at once: reading on is then one call of the engine in a thousand."""


@dataclass(frozen=True, kw_only=True)
class MixtureSource:
    """One of the sources that a mixture draws from."""

    name: str
    packing: NumberedSequences
    """All sequences of the source."""
    unique: int
    """How many different ones are drawn before any is drawn again."""


class Mixture:
    """Training sequences drawn from several sources, with random access.

    Sequence ``i`` depends on the seed, the sources and the phases alone: the state of a reader is
    ``(seed, i)``, whoever reads the others. At every prefix each source's share is within one
    sequence of the plan. The unique sequences of a source are a prefix of one permutation of all,
    so those of a smaller budget are among those of a larger one; every pass shuffles them anew.

    Reading upwards is cheap; going back counts again from the start, some tens of nanoseconds for
    each sequence passed over.

    Attributes
    ----------
    sources, seed, phases
        The arguments that the mixture was made with.
    sequence_tokens
        Tokens of a sequence.
    separate
        Whether the documents of a sequence are to see nothing of each other.

    Parameters
    ----------
    sources
        What to draw from.
    seed
        Seed of all draws, 0 to ``2**64 - 1``.
    phases
        Number of sequences, and relative weight of each source, of each part of the run.

    Raises
    ------
    RecipeError
        If weights are negative, not finite or all zero, names repeat, or a source has fewer
        sequences than it should give.
    """

    def __init__(
        self,
        sources: Sequence[MixtureSource],
        *,
        seed: int,
        phases: Sequence[tuple[int, Sequence[float]]],
    ) -> None:
        self.sources = tuple(sources)
        self.seed = seed
        self.phases = tuple((count, tuple(weights)) for count, weights in phases)
        self.sequence_tokens = self._check_sources()
        self.separate = any(source.packing.separate for source in self.sources)
        self._length = sum(count for count, _ in self.phases)
        self._folder: Path | None = None
        self._draws = _core.Draws(
            seed,
            [source.name for source in self.sources],
            [len(source.packing) for source in self.sources],
            [source.unique for source in self.sources],
            list(self.phases),
        )
        self._block: tuple[int, list[NDArray[Any]]] = (-1, [])

    @classmethod
    def open(cls, folder: str | Path, *, verify: bool = False) -> Mixture:
        """Open a finished mixture; its files and stores are memory-mapped.

        Parameters
        ----------
        folder
            Output of ``assay corpus mix``, with ``mixture.json``.
        verify
            Recompute the digests of all files, stores included, instead of comparing sizes.

        Raises
        ------
        DataError
            If the folder holds no mixture, or a store or a file of pieces has moved, was changed
            or is truncated.
        """
        folder = Path(folder)
        path = folder / "mixture.json"
        if not path.exists():
            raise DataError(f"{path} is missing: {folder} is no mixture, run `assay corpus mix`")
        manifest: dict[str, Any] = json.loads(_core.validate("mixture", path.read_text()))
        mixture = cls(
            [_open_source(folder, manifest, source, verify) for source in manifest["sources"]],
            seed=manifest["seed"],
            phases=[(phase["sequences"], phase["weights"]) for phase in manifest["phases"]],
        )
        mixture._folder = folder
        return mixture

    def __len__(self) -> int:
        """Return the number of sequences."""
        return self._length

    def __getitem__(self, index: int) -> TrainingSequence:
        """Return a sequence.

        Raises
        ------
        IndexError
            If ``index`` is not from 0 to ``len(self) - 1``.
        DataError
            If a store or a file of pieces is damaged there.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"the mixture has {len(self)} sequences, {index} is asked for")
        part, number, epoch = self._draw(index)
        source = self.sources[part]
        content = source.packing.content(number)
        return TrainingSequence(
            **vars(content), index=index, source=source.name, number=number, epoch=epoch
        )

    def read(self, first: int, count: int, step: int = 1) -> Iterator[TrainingSequence]:
        """Yield ``count`` sequences, from ``first`` on every ``step``-th.

        Raises
        ------
        IndexError, DataError
            If a sequence cannot be read, when it is reached.
        """
        for index in range(first, first + count * step, step):
            yield self[index]

    def to_hf(self) -> datasets.IterableDataset:
        """Return a Hugging Face dataset of ``input_ids``, ``labels`` and ``position_ids``.

        The labels are those that Hugging Face models take: a token stands at its own place, and
        the model shifts them. ``split_by_node`` and ``state_dict`` work as for every dataset.

        Raises
        ------
        MissingExtra
            If ``datasets`` is not installed.
        """
        return hf.to_hf(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle where it is or what it is made of: another process maps and draws for itself."""
        if self._folder:
            return Mixture.open, (self._folder,)
        return functools.partial(Mixture, seed=self.seed, phases=self.phases), (self.sources,)

    def _draw(self, index: int) -> tuple[int, int, int]:
        """Return source, number of the sequence in it, and epoch."""
        block, place = divmod(index, _BLOCK)
        if self._block[0] != block:
            first = block * _BLOCK
            drawn = self._draws.draw(first, min(_BLOCK, len(self) - first))
            types = ("<u4", "<u8", "<u4")
            columns = [np.frombuffer(b, t) for b, t in zip(drawn, types, strict=True)]
            self._block = (block, columns)
        part, number, epoch = (int(column[place]) for column in self._block[1])
        return part, number, epoch

    def _check_sources(self) -> int:
        """Return the one length of all sequences."""
        if not self.sources:
            raise RecipeError("a mixture of no sources: give it one")
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise RecipeError(f'two sources are called "{name}": the draws go by the name')
        lengths = {source.packing.sequence_tokens for source in self.sources}
        if len(lengths) != 1:
            raise RecipeError(f"sequences of {sorted(lengths)} tokens: a mixture needs one length")
        return lengths.pop()


def _open_source(
    folder: Path, manifest: dict[str, Any], source: dict[str, Any], verify: bool
) -> MixtureSource:
    store = _open_store(folder, source, verify)
    length = manifest["sequence_tokens"]
    packing: NumberedSequences = Concatenated(store, length)
    if manifest["packing"] != "concatenate":
        pieces = _map(folder, source["pieces"], PIECE, verify)
        ends = _map(folder, source["piece_ends"], np.dtype("<u8"), verify)
        packing = Packed(store, length, pieces, ends)
    return MixtureSource(name=source["name"], packing=packing, unique=source["unique"])


def _open_store(folder: Path, source: dict[str, Any], verify: bool) -> TokenStore:
    path = Path(os.path.normpath(folder / source["store"]))
    if not (path / "store.json").exists():
        raise DataError(
            f'the token store of "{source["name"]}" is not at {path}: put it back, or mix again'
        )
    store = TokenStore.open(path)
    check_sha256(path / "store.json", source["store_sha256"])
    if verify:
        store.verify()
    return store


def _map(folder: Path, file: dict[str, Any], dtype: np.dtype[Any], verify: bool) -> NDArray[Any]:
    path = folder / file["file"]
    check_size(path, file["count"] * dtype.itemsize)
    if verify:
        check_sha256(path, file["sha256"])
    return map_array(path, dtype)
