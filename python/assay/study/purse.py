"""The purse of a study: what its runs cost together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

from assay.ledger import Ledger
from assay.records import BASE, CONTROL, RunSpec
from assay.sources import BlendedSupply, PricedSource
from assay.study.file import Study
from assay.units import Unit

__all__ = ["Costly", "made_runs", "spent"]


class Costly(Protocol):
    """What a run costs by: a measurement of it, or its spec."""

    @property
    def source(self) -> str:
        """Source, blend, or ``control``."""
        ...

    @property
    def seed(self) -> int:
        """Replica."""
        ...

    @property
    def tokens(self) -> int:
        """Positions trained on."""
        ...

    @property
    def unique_tokens(self) -> int:
        """Different candidate tokens among them."""
        ...


def spent(runs: Iterable[Costly], priced: Mapping[str, PricedSource], currency: Unit) -> float:
    """Return what runs cost together: training of each, and the text of each source once.

    The text of smaller runs is part of the text of the largest, and so is what a blend draws of a
    source part of what that draws alone, or the other way round. A run that is listed twice, as it
    was measured on several sets, counts once; one that was made again on other text counts again.
    """
    distinct = {(r.source, r.tokens, r.seed, r.unique_tokens) for r in runs if r.source != BASE}
    text: dict[str, float] = {}
    total = 0.0
    for source, tokens, _, unique in sorted(distinct):
        # Of a source that was taken out, training alone is known; it costs the same on any.
        price = priced[source if source in priced else CONTROL]
        total += float(price.training_cost(np.array(tokens)).in_(currency))
        for name, tokens_of in _drawn(price, unique).items():
            text[name] = max(text.get(name, 0.0), tokens_of)
    return total + sum(
        float(priced[source].text_cost(np.array(unique)).in_(currency))
        for source, unique in text.items()
    )


def made_runs(study: Study) -> list[RunSpec]:
    """Return every run that was trained, those that the plan no longer wants too."""
    if not study.output.ledger.exists():
        return []
    with Ledger(study.output.ledger) as ledger:
        return [row.spec for row in ledger.rows() if row.status in ("done", "diverged")]


def _drawn(source: PricedSource, unique: float) -> dict[str, float]:
    """Return the unique tokens of each source that are among those of a source or a blend."""
    supply = source.supply
    if isinstance(supply, BlendedSupply):
        return {n: share * unique for n, share in zip(supply.names, supply.shares, strict=True)}
    return {source.name: unique}
