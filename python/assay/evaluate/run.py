"""Measures one run on every evaluation set and keeps the losses of its windows in its folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from assay.errors import AssayError, DataError, StudyError
from assay.evaluate.losses import TABLE, evaluate
from assay.evaluate.statistics import summarise
from assay.evaluate.windows import Windows
from assay.files import digest, read_json, write_atomic
from assay.records import BASE, Measurement, Role, RunSpec

__all__ = [
    "WINDOWS",
    "ChosenSets",
    "EvaluationSet",
    "evaluate_run",
    "kept_measurements",
    "measure_run",
    "read_windows",
]

WINDOWS = "windows.parquet"
"""File in a run's folder: the table of its windows, with the name and role of their set."""


@dataclass(frozen=True, kw_only=True)
class EvaluationSet:
    """Text that runs are measured on."""

    name: str
    role: Role
    store: Path
    """Folder of its token store."""
    windows: int
    """Windows to choose, spread evenly."""
    window_tokens: int
    """Tokens of a window, at least 2; the last of a document may be shorter."""
    stride_tokens: int | None = None
    """Tokens from one window of a document to the next; by default windows do not overlap."""


@dataclass(frozen=True)
class ChosenSets:
    """Evaluation sets with their windows, which are the same each time they are chosen."""

    sets: Sequence[EvaluationSet]
    windows: Sequence[Windows]
    """Windows of each set."""

    @classmethod
    def choose(cls, sets: Sequence[EvaluationSet]) -> ChosenSets:
        """Choose the windows of every set.

        Raises
        ------
        StudyError
            If two sets have one name, or a stride does not fit its windows.
        DataError
            If a token store is missing or damaged, or too small.
        """
        names = [each.name for each in sets]
        if len(set(names)) < len(names):
            raise StudyError(f"evaluation sets are named {names}: expected names that differ")
        return cls(
            sets,
            [
                Windows.choose(
                    each.store,
                    length=each.window_tokens,
                    count=each.windows,
                    stride=each.stride_tokens,
                )
                for each in sets
            ],
        )

    @property
    def sha256(self) -> str:
        """Digest of everything that decides what is measured, but the model."""
        pairs = zip(self.sets, self.windows, strict=True)
        sets = [[each.name, each.role, windows.sha256] for each, windows in pairs]
        return digest({"sets": sets, "columns": TABLE.names})


def evaluate_run(folder: Path, sets: Sequence[EvaluationSet]) -> list[Measurement]:
    """Measure one run, or the base, on every set and write its ``windows.parquet``.

    Parameters
    ----------
    folder
        ``<out>/runs/<key>`` of a run that is done, or ``<out>/base``.
    sets
        Target and guard sets.

    Returns
    -------
    list of Measurement
        One for each set, in their order.

    Raises
    ------
    StudyError
        If two sets have one name, or a stride does not fit its windows.
    DataError
        If the model or a token store is missing or damaged, or they do not fit.
    """
    return measure_run(folder, ChosenSets.choose(sets))


def measure_run(folder: Path, chosen: ChosenSets) -> list[Measurement]:
    """Measure one run as :func:`evaluate_run` does, on windows that are chosen already."""
    import torch

    from assay.evaluate.model import TokenLossModel, load_model

    body = load_model(folder, device="cuda" if torch.cuda.is_available() else "cpu")
    tables = []
    try:
        for each, windows in zip(chosen.sets, chosen.windows, strict=True):
            model = TokenLossModel(body, windows.longest().tokens)
            tables.append(_labelled(evaluate(model, windows), each))
    except AssayError as error:
        raise DataError(f"{folder} cannot be measured: {error}") from error
    table = pa.concat_tables(tables).replace_schema_metadata({"sets": chosen.sha256})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    write_atomic(folder / WINDOWS, sink.getvalue().to_pybytes())
    return _measurements(folder, chosen, table)


def kept_measurements(folder: Path, chosen: ChosenSets) -> list[Measurement] | None:
    """Return the measurements of a run from its ``windows.parquet``; None if it has to be run.

    Raises
    ------
    DataError
        If the file is there and cannot be read.
    """
    path = folder / WINDOWS
    if not path.exists():
        return None
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} is damaged ({error}): delete it and evaluate again") from None
    if (table.schema.metadata or {}).get(b"sets") != chosen.sha256.encode():
        return None
    return _measurements(folder, chosen, table)


def _labelled(table: NDArray[np.void], each: EvaluationSet) -> pa.Table:
    labels = {"evaluation": [each.name] * len(table), "role": [each.role] * len(table)}
    return pa.table({**labels, **{name: _column(table[name]) for name in TABLE.names or ()}})


def _column(values: NDArray[Any]) -> pa.Array:
    if values.ndim == 1:
        return pa.array(values)
    return pa.FixedSizeListArray.from_arrays(values.ravel(), values.shape[1])


def read_windows(path: Path) -> dict[str, NDArray[np.void]]:
    """Read a ``windows.parquet``: rows of ``TABLE``, shape [windows], by the name of their set.

    Raises
    ------
    DataError
        If the file is missing, damaged, or of another version.
    """
    try:
        table = pq.read_table(path)
        return _by_set(table)
    except (pa.ArrowException, OSError, KeyError) as error:
        raise DataError(f"{path} is damaged ({error}): delete it and evaluate again") from None


def _by_set(table: pa.Table) -> dict[str, NDArray[np.void]]:
    rows = np.zeros(len(table), dtype=TABLE)
    for name in TABLE.names or ():
        column = table[name].combine_chunks()
        values = column.flatten() if pa.types.is_fixed_size_list(column.type) else column
        rows[name] = values.to_numpy().reshape(rows[name].shape)
    names = np.asarray(table["evaluation"].to_pylist())
    return {str(name): rows[names == name] for name in dict.fromkeys(names.tolist())}


def _measurements(folder: Path, chosen: ChosenSets, table: pa.Table) -> list[Measurement]:
    spec = None
    if folder.name != BASE:
        spec = RunSpec.from_dict(read_json(folder / "run.json", "assay anneal"))
    rows = _by_set(table)
    return [
        _measurement(spec, each, windows.sha256, rows[each.name])
        for each, windows in zip(chosen.sets, chosen.windows, strict=True)
    ]


def _measurement(
    spec: RunSpec | None, each: EvaluationSet, sha256: str, table: NDArray[np.void]
) -> Measurement:
    summary = summarise(table)
    return Measurement(
        run=spec.key if spec else BASE,
        source=spec.source if spec else BASE,
        tokens=spec.tokens if spec else 0,
        candidate_tokens=spec.candidate_tokens if spec else 0,
        unique_tokens=spec.unique_tokens if spec else 0,
        epochs=spec.epochs if spec else 1.0,
        steps=spec.steps if spec else 0,
        seed=spec.seed if spec else 0,
        evaluation=each.name,
        role=each.role,
        evaluation_sha256=sha256,
        loss=summary.loss,
        loss_se=summary.loss_se,
        bits_per_byte=summary.bits_per_byte,
        top1=summary.top1,
        windows=summary.windows,
        eval_tokens=summary.tokens,
        eval_bytes=summary.bytes,
    )
