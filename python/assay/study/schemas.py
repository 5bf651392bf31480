"""The JSON schemas of the files that people write for assay in TOML, for editors to complete.

``cargo x schema`` runs ``python -m assay.study.schemas FOLDER`` and writes them beside those of
the formats that the engine reads.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from assay.pricesheet import PriceSheet
from assay.study.file import StudyFile

__all__ = ["toml_schemas", "write_schemas"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: dict[str, type[BaseModel]] = {"study": StudyFile, "price-sheet": PriceSheet}


def toml_schemas() -> dict[str, str]:
    """Return the text of each schema by its name: ``study`` and ``price-sheet``.

    Descriptions are the docstrings of tables and keys.
    """
    return {name: _schema(name, model) for name, model in _MODELS.items()}


def write_schemas(folder: Path) -> None:
    """Write each schema as ``<name>.json`` into a folder that is there."""
    for name, text in toml_schemas().items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def _schema(name: str, model: type[BaseModel]) -> str:
    schema = _tidied(model.model_json_schema())
    whole = {"$schema": _DIALECT, "title": name, **schema}
    return f"{json.dumps(whole, indent=2, ensure_ascii=False)}\n"


def _tidied(schema: Any) -> Any:
    """Drop the titles that pydantic makes of names, and defaults without limit: JSON has none."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _tidied(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and value != math.inf
    }


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
