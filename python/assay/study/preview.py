"""The preview of a plan: tokens, cost, time and disk space, before anything is spent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assay.records import CONTROL
from assay.sources import PricedSource
from assay.study.file import Study
from assay.study.plan import Plan
from assay.study.prices import price_sources
from assay.units import CURRENCIES

__all__ = ["Preview", "preview"]

_BYTES_PER_PARAMETER_ON_DISK = 16
"""Weights and two moments in the checkpoint, and the final weights, in float32."""


@dataclass(frozen=True)
class Preview:
    """Tokens, cost, time and disk space that a plan will take."""

    rows: tuple[dict[str, Any], ...]
    """One row a source: runs, tokens, unique tokens, epochs, acquisition and training cost."""
    runs: int
    tokens: int
    hours: float
    """Hours of one worker at the declared peak and utilisation."""
    disk_bytes: int
    """Disk space at most: every run is counted with its checkpoint, which goes when it ends."""

    def to_dict(self) -> dict[str, Any]:
        """Return the preview as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        """Print one aligned row a source and a line of totals."""
        head = ("source", "runs", "tokens", "unique", "epochs", *CURRENCIES)
        lines = [head, *(tuple(_cell(row[name]) for name in head) for row in self.rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        table = "\n".join(
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        )
        return (
            f"{table}\n{self.runs} runs, {self.tokens:,} tokens, {self.hours:.2g} hours of one "
            f"worker at the declared speed, {self.disk_bytes / 1e6:.0f} MB on disk"
        )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def preview(study: Study, plan: Plan) -> Preview:
    """Count tokens, cost in three currencies, time and disk of a plan."""
    priced = price_sources(study, plan)
    rows = tuple(_preview_row(priced[name], plan) for name in (CONTROL, *study.source_names))
    disk = len(plan.specs) * plan.base.stored_params * _BYTES_PER_PARAMETER_ON_DISK
    return Preview(
        rows=rows,
        runs=len(plan.specs),
        tokens=sum(spec.tokens for spec in plan.specs),
        hours=sum(float(row["training_gpu_hours"]) for row in rows),
        disk_bytes=disk,
    )


def _preview_row(source: PricedSource, plan: Plan) -> dict[str, Any]:
    specs = [spec for spec in plan.specs if spec.source == source.name]
    tokens = sum(spec.tokens for spec in specs)
    unique = max(spec.unique_tokens for spec in specs)
    training = source.training_per_token * float(tokens)
    total = training + source.supply.cost(np.asarray(float(unique)))
    return {
        "source": source.name,
        "runs": len(specs),
        "tokens": tokens,
        "unique": unique,
        "epochs": max(spec.epochs for spec in specs),
        **{currency: float(total.in_(currency)) for currency in CURRENCIES},
        "training_gpu_hours": float(training.in_("gpu_hours")),
    }
