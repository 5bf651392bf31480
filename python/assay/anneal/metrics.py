"""The log of a run's updates: ``metrics.jsonl``, one line an update, appended as it happens."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean, median
from types import TracebackType
from typing import Self

from assay.errors import DataError
from assay.files import write_atomic

__all__ = ["Metrics", "has_diverged"]

_RECENT = 8
_HISTORY = 64
_SPIKE = 3.0


class Metrics:
    """Appends lines to ``metrics.jsonl`` and remembers the losses."""

    def __init__(self, path: Path, steps_done: int) -> None:
        """Open the log of a run of which ``steps_done`` updates are kept in its checkpoint.

        Lines after the checkpoint are dropped: those updates will be made again.

        Raises
        ------
        DataError
            If the log has fewer lines than the checkpoint has updates.
        """
        lines = path.read_text().splitlines()[:steps_done] if path.exists() else []
        if len(lines) < steps_done:
            raise DataError(
                f"{path} has {len(lines)} lines, the checkpoint beside it {steps_done} updates: "
                f"delete {path.parent} and run the same command again"
            )
        write_atomic(path, "".join(f"{line}\n" for line in lines).encode())
        self.losses: list[float] = [json.loads(line)["loss"] for line in lines]
        self._file = path.open("a")

    def append(self, loss: float, rest: Mapping[str, float]) -> None:
        """Add the line of one update; a loss that is no number is written as null."""
        self.losses.append(loss)
        number = loss if math.isfinite(loss) else None
        self._file.write(json.dumps({**rest, "loss": number}, allow_nan=False) + "\n")
        self._file.flush()

    def final_loss(self) -> float:
        """Return the mean loss of the last updates."""
        return fmean(self.losses[-_RECENT:])

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()


def has_diverged(losses: list[float]) -> bool:
    """Tell whether the last loss is no number, or the recent ones are far above those before.

    "Far above" is a mean of the last 8 of more than 3 times the median of the 64 before them:
    a single odd batch is not a divergence.
    """
    if not math.isfinite(losses[-1]):
        return True
    before = losses[-_RECENT - _HISTORY : -_RECENT]
    return len(before) == _HISTORY and fmean(losses[-_RECENT:]) > _SPIKE * median(before)
