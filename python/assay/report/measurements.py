"""Tables of what was counted and measured, without any law: yields of preparation, and runs."""

from __future__ import annotations

from collections.abc import Sequence

from assay.corpus import Prepared
from assay.records import BASE, CONTROL, Measurement
from assay.report.views import RunRow, YieldRow

__all__ = ["base_loss", "run_rows", "token_counts", "yield_rows"]


def yield_rows(prepared: Prepared) -> tuple[YieldRow, ...]:
    """Return one row a stage of each source and evaluation set, in the order of the recipe."""
    return tuple(
        YieldRow(
            corpus=report["name"],
            stage=stage["stage"],
            documents_in=stage["documents_in"],
            documents_out=stage["documents_out"],
            bytes_in=stage["bytes_in"],
            bytes_out=stage["bytes_out"],
            dropped=dict(stage["dropped"]),
        )
        for report in prepared.reports.values()
        for stage in report["stages"]
    )


def token_counts(prepared: Prepared) -> dict[str, int]:
    """Return the tokens of each prepared corpus."""
    return {name: prepared.store(name)["tokens"] for name in prepared.reports}


def run_rows(measurements: Sequence[Measurement]) -> tuple[RunRow, ...]:
    """Return one row a run, by source, tokens and seed, the unannealed base first."""
    guard = {m.run: m.loss for m in measurements if m.role == "guard"}
    targets = [m for m in measurements if m.role == "target"]
    order = {BASE: 0, CONTROL: 1}
    targets.sort(key=lambda m: (order.get(m.source, 2), m.source, m.tokens, m.seed))
    return tuple(
        RunRow(
            source=m.source,
            tokens=m.tokens,
            seed=m.seed,
            steps=m.steps,
            epochs=m.epochs,
            target_loss=m.loss,
            target_bits_per_byte=m.bits_per_byte,
            target_top1=m.top1,
            guard_loss=guard.get(m.run),
        )
        for m in targets
    )


def base_loss(measurements: Sequence[Measurement]) -> float | None:
    """Return the target loss of the unannealed base, where measured."""
    found = [m.loss for m in measurements if m.source == BASE and m.role == "target"]
    return found[0] if found else None
