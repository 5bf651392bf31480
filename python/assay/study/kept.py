"""Results that a study keeps as JSON; each is made again only if its inputs have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from assay.errors import DataError
from assay.files import bytes_sha256, digest, parse_json, read_bytes, write_json
from assay.study.file import Study

__all__ = ["Kept", "kept_or_made", "read_current", "read_kept"]


class _Result(Protocol):
    def to_dict(self) -> dict[str, Any]: ...

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self: ...


R = TypeVar("R", bound=_Result)


@dataclass(frozen=True)
class Kept(Generic[R]):
    """A result on disk."""

    made_from: str
    """Digest of all inputs of the result."""
    result: R
    sha256: str
    """Digest of the file."""


def kept_or_made(
    study: Study, path: Path, kind: type[R], made_from: list[Any], make: Callable[[], R]
) -> R:
    """Return the result that ``path`` keeps, or make it and keep it there.

    A result is kept for as long as ``made_from``, everything that decides it, stays the same.
    """
    wanted = digest(made_from)
    if path.exists():
        with suppress(DataError):  # one that is damaged, or of another version, is made anew
            kept = read_kept(study, path, kind, "assay run")
            if kept.made_from == wanted:
                return kept.result
    result = make()
    data = write_json(path, {"made_from": wanted, "result": result.to_dict()})
    made = Kept(wanted, result, bytes_sha256(data))
    # The next stage asks for the same file: it gets this record, and reads nothing.
    return study.output.once(path.name, [path], lambda: made).result


def read_current(
    study: Study, path: Path, kind: type[R], made_from: Callable[[Study], list[Any]], made_by: str
) -> R:
    """Read the result that ``path`` keeps.

    Raises
    ------
    DataError
        If there is none, or it was made from something else than ``made_from``.
    """
    kept = read_kept(study, path, kind, made_by)
    if kept.made_from != digest(made_from(study)):
        raise DataError(
            f"{path} was made before the study or its measurements changed: run `{made_by}` again"
        )
    return kept.result


def read_kept(study: Study, path: Path, kind: type[R], made_by: str) -> Kept[R]:
    """Read what ``path`` keeps, whatever it was made from.

    Raises
    ------
    DataError
        If there is none; the message names the command ``made_by`` that makes it.
    """

    def read() -> Kept[R]:
        data = read_bytes(path, made_by)
        value = parse_json(data, path, made_by)
        return Kept(value["made_from"], kind.from_dict(value["result"]), bytes_sha256(data))

    return study.output.once(path.name, [path], read)
