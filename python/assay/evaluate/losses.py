"""Losses of a model over windows of text, as a table with a row for each window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assay.evaluate.windows import Window, Windows

__all__ = ["BINS", "TABLE", "TokenLosses", "evaluate", "table_of"]

BINS = 15
"""Bins of confidence, equally wide; the upper edge belongs to a bin (Guo et al. 2017)."""
TABLE = np.dtype(
    [
        ("window", "i8"),
        ("document", "i8"),
        ("nll", "f8"),
        ("tokens", "i8"),
        ("bytes", "i8"),
        ("top1", "i8"),
        ("brier", "f8"),
        ("bin_tokens", "i8", (BINS,)),
        ("bin_confidence", "f8", (BINS,)),
        ("bin_right", "i8", (BINS,)),
    ]
)
"""A row for each window: nll in nats, summed in float64; predicted tokens, their bytes and how many
were the most likely ones; the sum of Brier scores; and by bins of confidence tokens, their
confidence and how many were right."""

_OTHER_NAMES = {"nll": "nats", "top1": "right"}
"""Columns that ``assay.kernels.DocumentSums`` has under other names."""


class TokenLosses(Protocol):
    """A model, as evaluation sees it."""

    def sums(self, windows: Sequence[Window]) -> Any:
        """Return ``assay.kernels.DocumentSums`` of some windows."""


def evaluate(model: TokenLosses, windows: Windows, *, batch_windows: int = 8) -> NDArray[np.void]:
    """Measure every window.

    A window's row is a function of the model and the window alone, to the last bit: the body of
    the model sees one window at a time, without padding, and the losses of a row of hidden states
    do not depend on the other rows. ``batch_windows`` only sets how many windows the head takes at
    once, and so what memory their hidden states need.

    Returns
    -------
    numpy.ndarray
        Rows of :data:`TABLE`, in the order of the windows.
    """
    table = np.zeros(len(windows), dtype=TABLE)
    for start in range(0, len(windows), batch_windows):
        batch = range(start, min(start + batch_windows, len(windows)))
        sums = model.sums([windows.window(i) for i in batch])
        table[batch.start : batch.stop] = table_of(sums)
    table["window"] = np.arange(len(windows))
    table["document"] = windows.document
    return table


def table_of(sums: Any) -> NDArray[np.void]:
    """Turn sums of token losses into a table, in which each of them is a document of one window.

    Parameters
    ----------
    sums
        ``assay.kernels.DocumentSums`` of N documents.

    Returns
    -------
    numpy.ndarray
        Rows of :data:`TABLE`, shape [N].
    """
    table = np.zeros(len(sums), dtype=TABLE)
    table["window"] = table["document"] = np.arange(len(sums))
    for column in (TABLE.names or ())[2:]:
        table[column] = getattr(sums, _OTHER_NAMES.get(column, column))
    return table
