"""What each source makes the base forget: losses on a guard set beside those before any anneal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.comparison.records import GuardChange
from assay.records import BASE, CONTROL, Measurement

__all__ = ["guard_changes", "largest_budgets"]


def guard_changes(measurements: Sequence[Measurement]) -> tuple[GuardChange, ...]:
    """Return the change at every budget that was measured, by evaluation, source and tokens.

    Losses are means over seeds.
    """
    means = _mean_losses([m for m in measurements if m.role == "guard"])
    changes = []
    for (evaluation, source, tokens), loss in sorted(means.items()):
        if source == BASE:
            continue
        base, control = means.get((evaluation, BASE, 0)), means.get((evaluation, CONTROL, tokens))
        changes.append(
            GuardChange(
                evaluation=evaluation,
                source=source,
                tokens=tokens,
                loss=loss,
                from_base=None if base is None else loss - base,
                from_control=None if control is None else loss - control,
            )
        )
    return tuple(changes)


def largest_budgets(changes: Sequence[GuardChange]) -> tuple[GuardChange, ...]:
    """Return of each evaluation and source the change at its largest budget alone."""
    largest: dict[tuple[str, str], GuardChange] = {}
    for change in sorted(changes, key=lambda one: one.tokens):
        largest[change.evaluation, change.source] = change
    return tuple(largest[key] for key in sorted(largest))


def _mean_losses(measurements: Sequence[Measurement]) -> dict[tuple[str, str, int], float]:
    losses: dict[tuple[str, str, int], list[float]] = {}
    for m in measurements:
        losses.setdefault((m.evaluation, m.source, m.tokens), []).append(m.loss)
    return {key: float(np.mean(values)) for key, values in losses.items()}
