"""The list of windows that runs were measured on, kept in a file with its digests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from assay.corpus import TokenStore
from assay.errors import DataError
from assay.evaluate.run import ChosenSets, EvaluationSet
from assay.evaluate.windows import Windows
from assay.files import read_json, write_json

__all__ = ["read_manifest", "write_manifest"]


def write_manifest(path: Path, chosen: ChosenSets) -> None:
    """Write the windows of every set, with the digests of the text and of the list."""
    pairs = zip(chosen.sets, chosen.windows, strict=True)
    rows = [
        {
            "name": each.name,
            "role": each.role,
            "window_tokens": each.window_tokens,
            "stride_tokens": each.stride_tokens,
            "store_sha256": windows.store.sha256,
            "sha256": windows.sha256,
            "columns": ["document", "start", "first", "stop"],
            "windows": np.stack(
                [windows.document, windows.start, windows.first, windows.stop], axis=1
            ).tolist(),
        }
        for each, windows in pairs
    ]
    write_json(path, {"sha256": chosen.sha256, "sets": rows})


def read_manifest(path: Path, stores: Mapping[str, Path]) -> ChosenSets:
    """Read the windows of a manifest, of token stores that hold the text it was made from.

    Parameters
    ----------
    path
        A manifest.
    stores
        Folder of the token store of each set, by name.

    Raises
    ------
    DataError
        If a store is missing or holds other text, or the list is not what its digest says.
    """
    sets, chosen = [], []
    for row in read_json(path, "assay evaluate")["sets"]:
        name = row["name"]
        if name not in stores:
            raise DataError(f"{path} has the set {name}, and stores are given for {list(stores)}")
        store = TokenStore.open(stores[name])
        if store.sha256 != row["store_sha256"]:
            raise DataError(
                f"{stores[name]} has the digest {store.sha256} and {path} was made from "
                f"{row['store_sha256']}: the text of the set {name} has changed"
            )
        windows = Windows.of(store, *np.array(row["windows"], dtype=np.int64).reshape(-1, 4).T)
        if windows.sha256 != row["sha256"]:
            raise DataError(
                f"the windows of the set {name} in {path} have the digest {windows.sha256} and not "
                f"{row['sha256']}, as it says: the file was changed"
            )
        chosen.append(windows)
        sets.append(
            EvaluationSet(
                name=name,
                role=row["role"],
                store=stores[name],
                windows=len(windows),
                window_tokens=row["window_tokens"],
                stride_tokens=row["stride_tokens"],
            )
        )
    return ChosenSets(sets, chosen)
