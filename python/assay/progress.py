"""Shows the progress of long work: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self, TextIO

__all__ = ["Progress"]

_SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Shows what is done, the rate and the time left."""

    def __init__(
        self,
        label: str,
        total: int,
        *,
        unit: str = "tokens",
        shown: bool = True,
        stream: TextIO | None = None,
    ) -> None:
        """Start showing ``total`` units under a ``label``, or nothing if not ``shown``."""
        self._label = label
        self._total = total
        self._unit = unit
        self._stream = stream or sys.stderr
        self._shown = shown
        self._bar: Any = None
        self._start: tuple[int, float] | None = None
        self._last_line = 0.0

    def update(self, done: int, note: str = "") -> None:
        """Show that ``done`` units are finished in all."""
        if not self._shown:
            return
        if self._start is None:
            self._start = (done, time.monotonic())
        if self._stream.isatty():
            self._draw(done, note)
        elif time.monotonic() - self._last_line >= _SECONDS_BETWEEN_LINES or done >= self._total:
            self._last_line = time.monotonic()
            self._stream.write(self._line(done, note) + "\n")
            self._stream.flush()

    def _draw(self, done: int, note: str) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(
                desc=self._label,
                total=self._total,
                initial=done,
                unit=f" {self._unit}",
                unit_scale=True,
                dynamic_ncols=True,
                file=self._stream,
            )
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(done - self._bar.n)

    def _line(self, done: int, note: str) -> str:
        before, begun = self._start or (0, time.monotonic())
        rate = (done - before) / max(time.monotonic() - begun, 1e-9)
        share = done / self._total if self._total else 1.0
        parts = [f"{self._label}: {done:,} of {self._total:,} {self._unit} ({share:.0%})"]
        if done > before:
            left = (self._total - done) / rate
            digits = 0 if rate >= 10 else 2
            parts += [f"{rate:,.{digits}f} {self._unit}/s", f"{left / 60:.1f} min left"]
        return ", ".join([*parts, note] if note else parts)

    def __enter__(self) -> Self:
        """Return the display itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal on a fresh line."""
        if self._bar is not None:
            self._bar.close()
