"""The files of a Hugging Face folder that hold a model: its config and the weights that are loaded.

A folder may hold a second copy of its weights, or the state of an optimizer. Which files count is
decided once, here, by the rule that transformers follows. Nothing here needs torch.
"""

from __future__ import annotations

import json
from pathlib import Path

from assay.errors import DataError

__all__ = ["config_file", "left_out", "weight_files"]

_SINGLE = "model.safetensors"
_INDEX = "model.safetensors.index.json"


def config_file(folder: Path) -> Path:
    """Return the path of ``config.json``.

    Raises
    ------
    DataError
        If it is missing.
    """
    path = folder / "config.json"
    if not path.exists():
        raise DataError(
            f"{path} is missing: [base] model must be builtin:tiny or a folder with a "
            "Hugging Face model"
        )
    return path


def weight_files(folder: Path) -> list[Path]:
    """Return the files whose weights are loaded from ``folder``, in the order of their names.

    They are the shards that ``model.safetensors.index.json`` names, or ``model.safetensors``.

    Raises
    ------
    DataError
        If there are no such files, or it is not clear which are meant.
    """
    index, single = folder / _INDEX, folder / _SINGLE
    if index.exists():
        shards = _shards(index)
        if single.exists() and single not in shards:
            raise DataError(
                f"{folder} holds {_SINGLE} and {_INDEX}, which names other files: two models, of "
                "which one is meant; move the other away"
            )
        return shards
    if single.exists():
        return [single]
    found = sorted(path.name for path in folder.glob("*.safetensors"))
    if not found:
        raise DataError(f"{folder} holds no *.safetensors: save the model in that format")
    raise DataError(
        f"{folder} holds {', '.join(found[:3])}, and neither {_SINGLE} nor {_INDEX}, which say "
        "where the weights are: save the model with save_pretrained"
    )


def left_out(folder: Path) -> list[str]:
    """Return the names of the other ``*.safetensors`` in ``folder``, which are not loaded."""
    loaded = weight_files(folder)
    return sorted(path.name for path in folder.glob("*.safetensors") if path not in loaded)


def _shards(index: Path) -> list[Path]:
    try:
        names = set(json.loads(index.read_text())["weight_map"].values())
        wrong = sorted(str(name) for name in names if Path(name).name != name)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError(f"{index} is damaged: expected a weight_map of tensors to files") from None
    if wrong or not names:
        raise DataError(
            f"{index} names {wrong[0] if wrong else 'no file'}: expected files beside it"
        )
    shards = [index.with_name(name) for name in sorted(names)]
    for path in shards:
        if not path.exists():
            raise DataError(f"{path} is missing, and {index.name} names it: fetch the model again")
    return shards
