"""Views of what was counted and measured: yields, runs, forgetting. No law takes part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assay.corpus import Prepared
from assay.records import BASE, CONTROL, Measurement
from assay.report.views import Curve, Dot, ForgettingView, RunRow, YieldRow

__all__ = ["base_loss", "forgetting_view", "mean_losses", "run_rows", "token_counts", "yield_rows"]


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


def base_loss(measurements: Sequence[Measurement], role: str) -> float | None:
    """Return the loss of the unannealed base on the target or the guard, where measured."""
    found = [m.loss for m in measurements if m.source == BASE and m.role == role]
    return found[0] if found else None


def mean_losses(measurements: Sequence[Measurement], role: str) -> dict[str, dict[int, float]]:
    """Return the loss averaged over seeds, by source and trained tokens."""
    groups: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for m in measurements:
        if m.role == role and m.source != BASE:
            groups[m.source][m.tokens].append(m.loss)
    return {
        source: {tokens: sum(found) / len(found) for tokens, found in sorted(by_tokens.items())}
        for source, by_tokens in groups.items()
    }


def forgetting_view(
    measurements: Sequence[Measurement], sources: Sequence[str]
) -> ForgettingView | None:
    """Return the guard loss of each source minus that of the base; ``None`` if not measured."""
    base = base_loss(measurements, "guard")
    losses = mean_losses(measurements, "guard")
    if base is None or not losses:
        return None
    curves = []
    for source in [name for name in sources if name in losses]:
        x = tuple(float(tokens) for tokens in losses[source])
        y = tuple(loss - base for loss in losses[source].values())
        dots = tuple(Dot(a, b) for a, b in zip(x, y, strict=True))
        curves.append(Curve(source=source, x=x, y=y, dots=dots))
    return ForgettingView(curves=tuple(curves))
