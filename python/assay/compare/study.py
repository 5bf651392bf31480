"""The bridge from a study's fits, prices and measurements to its comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from assay.compare.build import compare
from assay.compare.reach import Priced
from assay.compare.records import Comparison, GuardChange
from assay.fit.result import FitResult
from assay.records import BASE, CONTROL, Measurement
from assay.units import Quantity

__all__ = ["compare_study"]


def compare_study(
    fits: Mapping[str, FitResult],
    priced: Mapping[str, Priced],
    *,
    measurements: Sequence[Measurement],
    budget: Quantity,
    confidence: float = 0.95,
) -> Comparison:
    """Compare the sources of a study at its budget, and say what each made the base forget.

    Raises
    ------
    FitError
        As :func:`compare` does.
    """
    comparison = compare(fits, at=budget, cost=priced, control=CONTROL, confidence=confidence)
    return replace(comparison, guards=_guards(measurements))


def _guards(measurements: Sequence[Measurement]) -> tuple[GuardChange, ...]:
    means = _mean_losses([m for m in measurements if m.role == "guard"])
    out = []
    for evaluation, source in sorted({(e, s) for e, s, _ in means}):
        if source == BASE:
            continue
        tokens = max(t for e, s, t in means if (e, s) == (evaluation, source))
        loss = means[evaluation, source, tokens]
        base, control = means.get((evaluation, BASE, 0)), means.get((evaluation, CONTROL, tokens))
        out.append(
            GuardChange(
                evaluation=evaluation,
                source=source,
                tokens=tokens,
                loss=loss,
                from_base=None if base is None else loss - base,
                from_control=None if control is None else loss - control,
            )
        )
    return tuple(out)


def _mean_losses(measurements: Sequence[Measurement]) -> dict[tuple[str, str, int], float]:
    losses: dict[tuple[str, str, int], list[float]] = {}
    for m in measurements:
        losses.setdefault((m.evaluation, m.source, m.tokens), []).append(m.loss)
    return {key: float(np.mean(values)) for key, values in losses.items()}
