"""The stages of the corpus engine over tables of documents, in whatever holds them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from assay import _core
from assay.errors import DataError, RecipeError

__all__ = ["Stages"]

Settings = bool | Mapping[str, Any]


class Stages:
    """Filters, decontaminates and deduplicates tables of documents.

    An instance maps a table to the rows that stay, with all their columns, and so fits whatever
    maps functions over tables:

    >>> import pyarrow as pa
    >>> from assay.corpus import Stages
    >>> stages = Stages(filters=["gopher-quality"], exact=True)
    >>> stages(pa.table({"text": ["too short"]})).num_rows
    0
    >>> dataset.with_format("arrow").map(stages, batched=True)                  # doctest: +SKIP
    >>> ray_dataset.map_batches(stages, batch_format="pyarrow")                 # doctest: +SKIP
    >>> spark_frame.mapInArrow(stages.batches, spark_frame.schema)              # doctest: +SKIP

    Rules are functions of one document. The stages ``exact``, ``near`` and ``paragraphs``
    compare a document with those that stayed before it **in the same instance**, in the order of
    the calls: a copy of it in another process, as Ray and Spark make them, knows nothing of the
    others. To deduplicate more than one process sees, run a recipe over files.

    Parameters
    ----------
    filters
        Rules and presets, by name or as mappings with their settings, as in a recipe.
    exact, near, paragraphs
        Which duplicates to remove; a mapping gives the settings of ``[dedup.exact]``,
        ``[dedup.near]`` or ``[dedup.paragraphs]`` of a recipe.
    evals
        Files of evaluation documents by the name of their set, to remove documents that hold them.
    decontaminate
        Settings of ``[decontaminate]``, used where there are ``evals``.
    text, id
        Columns of the text and of the optional identifier; ``a.b`` for a field of a struct.
    on_bad_row
        Whether a row without a text raises, or is dropped and counted among the decisions.
    seed
        Of every hash.
    base
        Folder that relative paths start from.
    minhash
        The old name of ``near``, read for one release.

    Raises
    ------
    RecipeError
        If a setting is wrong; the message names it.
    DataError
        If a file is missing or damaged.
    """

    def __init__(
        self,
        *,
        filters: Sequence[str | Mapping[str, Any]] = (),
        exact: Settings = False,
        near: Settings = False,
        paragraphs: Settings = False,
        evals: Mapping[str, str | Path | Sequence[str | Path]] | None = None,
        decontaminate: Settings = True,
        text: str = "text",
        id: str = "id",
        on_bad_row: Literal["fail", "reject"] = "fail",
        seed: int = 0,
        base: str | Path = ".",
        minhash: Settings = False,
    ) -> None:
        if isinstance(filters, str):
            raise RecipeError(f'filters is "{filters}", expected a list: filters=["{filters}"]')
        if evals is not None and not isinstance(evals, Mapping):
            raise RecipeError(f"evals is {evals!r}, expected files by the name of their set")
        if near is not False and minhash is not False:
            raise RecipeError("near and its old name minhash are both given: leave minhash out")
        for argument, column in (("text", text), ("id", id)):
            if not column:
                raise RecipeError(f"{argument} is empty, expected the name of a column")
        near = minhash if near is False else near
        self._recipe = {
            "seed": seed,
            "text_field": text,
            "id_field": id,
            "on_bad_line": on_bad_row,
            "filters": list(filters),
            "dedup": {"exact": exact, "near": near, "paragraphs": paragraphs},
            "decontaminate": decontaminate,
            "eval": [{"name": name, "path": path} for name, path in (evals or {}).items()],
        }
        self._base = str(base)
        self._session = self._open()

    def __call__(self, table: Any) -> pa.Table:
        """Return the rows of ``table`` that stay.

        Parameters
        ----------
        table
            A pyarrow table or record batch, a Polars or pandas frame, a DuckDB relation, or
            anything else with ``__arrow_c_stream__`` or ``__arrow_c_array__``.

        Raises
        ------
        DataError
            If the text column is missing or of another type, or a row has no text.
        """
        return self.judge(table)[0]

    def judge(self, table: Any) -> tuple[pa.Table, pa.Table]:
        """Return the rows that stay, and what became of every row.

        The second table has a row for each of the first one's input: ``number`` (from 1), ``id``,
        the ``stage`` that dropped it or those that changed it, ``verdict`` (kept, changed, dropped
        or rejected), ``reason`` and ``detail``.
        """
        whole = _table(table)
        kept, decisions = [], []
        rows = 0
        for batch in whole.to_batches() or [pa.RecordBatch.from_pylist([], whole.schema)]:
            left, told = self._session.apply(batch)
            kept.append(left)
            numbers = pa.array(told["number"].to_numpy() + rows, pa.uint64())
            decisions.append(told.set_column(0, "number", numbers))
            rows += len(batch)
        return pa.Table.from_batches(kept, whole.schema), pa.Table.from_batches(decisions)

    def batches(self, batches: Iterable[Any]) -> Iterator[pa.RecordBatch]:
        """Yield what stays of each record batch of a stream, as Spark's ``mapInArrow`` asks."""
        for batch in batches:
            yield from self(batch).to_batches()

    def __getstate__(self) -> dict[str, Any]:
        """Return the settings alone: a copy has seen no documents."""
        return {"_recipe": self._recipe, "_base": self._base}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Open the files of the settings again."""
        self.__dict__.update(state)
        self._session = self._open()

    def _open(self) -> _core.Session:
        return _core.Session(json.dumps(self._recipe, default=_plain), self._base)


def _plain(value: Any) -> Any:
    """Return a setting as JSON has it: paths as text, numbers of NumPy as numbers."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "item"):
        return value.item()
    raise RecipeError(
        f"found {value!r} among the settings, expected text, numbers, lists or mappings"
    )


def _table(data: Any) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    try:
        if hasattr(data, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(data).read_all()
        if hasattr(data, "__arrow_c_array__"):
            return pa.Table.from_batches([pa.record_batch(data)])
    except (pa.ArrowInvalid, TypeError):  # a column, such as a table yields when it is iterated
        pass
    raise DataError(
        f"{type(data).__name__} is no table: give a pyarrow table or record batch, a Polars or "
        "pandas frame, or anything else that exports Arrow data"
    )
