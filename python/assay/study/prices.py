"""Prices of the sources of a study, with the yields that preparation measured."""

from __future__ import annotations

from dataclasses import replace

from assay.corpus import Prepared
from assay.errors import StudyError
from assay.records import CONTROL
from assay.sources import (
    PricedSource,
    SupplyCurve,
    blended,
    supply_curve,
    training_flops_per_token,
)
from assay.study.file import SourceTable, Study
from assay.study.plan import Plan, read_plan
from assay.study.prepare import read_prepared
from assay.units import Cost

__all__ = ["planned_prices", "price_sources"]


def planned_prices(study: Study) -> dict[str, PricedSource]:
    """Price every source, every blend and the control by the plan that ``assay plan`` wrote.

    Raises
    ------
    DataError
        If there is no plan.
    StudyError
        If the plan has no run of a source or a blend.
    """
    plan, output = read_plan(study), study.output
    return output.once("prices", [output.plan, output.manifest], lambda: price_sources(study, plan))


def price_sources(study: Study, plan: Plan) -> dict[str, PricedSource]:
    """Price every source, every blend and the control with the yields that preparation measured.

    Raises
    ------
    StudyError
        If the plan has no run of a source or a blend.
    """
    prepared = read_prepared(study)
    file, base = study.file, plan.base
    flops = training_flops_per_token(
        base.params, base.layers, base.hidden, file.anneal.sequence_tokens
    )
    training = file.prices.training(flops)
    priced = {
        source.name: PricedSource(
            name=source.name,
            supply=_supply(source, prepared, study),
            training_per_token=training,
            candidate_share=_candidate_share(study, plan, source.name),
            epochs_max=file.ladder.epochs_max,
        )
        for source in file.source
    }
    blends = {
        blend.name: replace(
            blended(priced, blend.shares, name=blend.name),
            candidate_share=_candidate_share(study, plan, blend.name),
        )
        for blend in file.blend
    }
    control = PricedSource(
        name=CONTROL,
        supply=SupplyCurve(Cost(), (), float("inf")),
        training_per_token=training,
        candidate_share=0.0,
        epochs_max=1.0,
    )
    return {**priced, **blends, CONTROL: control}


def _candidate_share(study: Study, plan: Plan, name: str) -> float:
    """Return the share of a run's positions that hold tokens of the candidate.

    The ``ratio`` of replay is a share of tokens; padding takes positions of candidate and replay.
    """
    spec = next((spec for spec in plan.specs if spec.source == name), None)
    if spec is None:
        raise StudyError(f'the plan has no run of "{name}": run `assay plan` again')
    share = 1.0 - study.file.replay.ratio
    return share / (share / spec.candidate_fill + (1.0 - share) / spec.replay_fill)


def _supply(source: SourceTable, prepared: Prepared, study: Study) -> SupplyCurve:
    kept = prepared.kept_share(source.name)
    cap = source.cap or float(prepared.store(source.name)["tokens"])
    return supply_curve(source.cost, study.file.prices, kept=kept, cap=cap)
