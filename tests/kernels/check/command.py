"""Check the kernels on the device at hand: a table, and rows to keep with ``--json``.

Every case is compared with the definition of the loss in float64. Only if all pass, times are
measured, as ratios to the bare matrix product of the same shape in the same run. This takes some
minutes on a card.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from check import correct, timing, tune
from check.kernels import choose, module

Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, time and print; return 1 if a case is outside what is allowed, else 0."""
    parser = argparse.ArgumentParser(prog="python tests/kernels/check", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write facts and rows to FILE")
    parser.add_argument("--no-timing", action="store_true", help="compare only")
    parser.add_argument("--tune", action="store_true", help="also time every tile size (sm_90)")
    chosen = parser.parse_args(arguments)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    facts = _facts(device)
    sys.stdout.write("  ".join(f"{key} {value}" for key, value in facts.items()) + "\n")
    rows = []
    for row in _rows(device, timed=not chosen.no_timing, tuned=chosen.tune):
        rows.append(row)
        sys.stdout.write(_line(row) + "\n")
        sys.stdout.flush()
    passed = all(row.get("passed", True) for row in rows)
    if chosen.json:
        text = json.dumps({**facts, "passed": passed, "rows": rows}, indent=1)
        chosen.json.write_text(text + "\n")
    sys.stdout.write("every case passed\n" if passed else "FAILED: nothing was timed\n")
    return 0 if passed else 1


def _rows(device: torch.device, *, timed: bool, tuned: bool) -> Iterator[Row]:
    passed = True
    for row in _with_poison(correct.rows(device)):
        passed &= row["passed"]
        yield row
    if not passed:
        return
    if timed:
        yield from timing.rows(device)
    if tuned and device.type == "cuda" and torch.cuda.get_device_capability(device)[0] == 9:
        yield from tune.rows(device)


def _with_poison(rows: Iterator[Row]) -> Iterator[Row]:
    """Fill what ``torch.empty`` returns with NaN, so that an output never written shows."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield from rows
    finally:
        torch.use_deterministic_algorithms(before)


def _facts(device: torch.device) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "backend": choose("auto", device),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
    }
    if device.type == "cuda":
        import triton

        tiles = module("linear_token_loss.tiles")
        facts |= {"triton": triton.__version__, "cuda": torch.version.cuda}
        facts |= {"default_tiles": tiles.DEFAULTS, "tiles_measured": tiles.MEASURED}
    return facts


def _line(row: Row) -> str:
    title = row.get("case") or row.get("tuning") or f"{row['timing']} {row['way']}"
    rest = [
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in row.items()
        if name not in ("case", "timing", "way", "tuning")
    ]
    return f"{title:<60} " + "   ".join(rest)


if __name__ == "__main__":
    sys.exit(main())
