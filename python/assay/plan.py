"""The plan of a study: which anneals to run, and what they will cost.

Every source is annealed on a ladder of budgets with several seeds, and so is the control (replay
alone) at every budget. A plan is a pure function of the study file and the prepared text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay import _core
from assay.basemodel import BaseFacts, base_facts
from assay.corpus import read_manifest
from assay.errors import StudyError
from assay.packed import Supply, supplies
from assay.records import CONTROL, BaseSpec, RunSpec, read_json, write_json
from assay.sources import PricedSource, SupplyCurve, supply_curve, training_flops_per_token
from assay.study import REPLAY, SourceTable, Study
from assay.units import CURRENCIES, Cost

__all__ = ["Plan", "Preview", "make_plan", "preview", "price_sources", "read_plan"]

_BYTES_PER_PARAMETER_ON_DISK = 16  # weights, two moments and the final weights, in float32


@dataclass(frozen=True)
class Plan:
    """The runs of a study, and the base they start from."""

    base: BaseFacts
    specs: tuple[RunSpec, ...]

    def write(self, out: Path) -> None:
        """Write ``plan.json`` into the output folder."""
        value = {"base": asdict(self.base), "runs": [spec.to_dict() for spec in self.specs]}
        write_json(out / "plan.json", value)


@dataclass(frozen=True)
class Preview:
    """What a plan will take, before anything is spent."""

    rows: tuple[dict[str, Any], ...]
    """One row a source: runs, tokens, unique tokens, epochs, acquisition and training cost."""
    runs: int
    tokens: int
    hours: float
    """Hours of one worker at the declared peak and utilisation."""
    disk_bytes: int

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


def make_plan(study: Study) -> Plan:
    """Lay out ladder x sources x seeds, and the control, for a prepared study.

    Raises
    ------
    StudyError
        If a source has too few tokens for its largest budget within ``epochs_max``.
    DataError
        If the study is not prepared, or the base does not fit the tokenizer.
    """
    manifest = read_manifest(study.out / "prepared")
    base = base_facts(study, manifest["tokenizer"])
    found = supplies(study)
    if not found[REPLAY].sequences:
        raise StudyError(
            f"[replay] has fewer than {study.file.anneal.sequence_tokens + 1} tokens after "
            "preparation, not one sequence: give it more text"
        )
    specs = [
        _spec(study, base, found, name, steps, seed)
        for steps, seeds in zip(study.file.steps, study.file.ladder.seeds_by_rung, strict=True)
        for seed in range(seeds)
        for name in (CONTROL, *study.source_names)
    ]
    return Plan(base, tuple(specs))


def read_plan(out: Path) -> Plan:
    """Read the ``plan.json`` of an output folder."""
    value = read_json(out / "plan.json", "assay plan")
    base = value["base"]
    builtin = BaseSpec(**base["builtin"]) if base["builtin"] else None
    facts = BaseFacts(**{**base, "builtin": builtin})
    return Plan(facts, tuple(RunSpec.from_dict(run) for run in value["runs"]))


def price_sources(study: Study, plan: Plan) -> dict[str, PricedSource]:
    """Price every source and the control with the yields that preparation measured.

    Raises
    ------
    StudyError
        If the plan has no run of a source.
    """
    manifest = read_manifest(study.out / "prepared")
    reports = {report["name"]: report for report in manifest["sources"]}
    file, base = study.file, plan.base
    flops = training_flops_per_token(
        base.params, base.layers, base.hidden, file.anneal.sequence_tokens
    )
    training = file.prices.training(flops)
    priced = {
        source.name: PricedSource(
            name=source.name,
            supply=_supply(source, reports[source.name], study),
            training_per_token=training,
            candidate_share=_candidate_share(study, plan, source.name),
            epochs_max=file.ladder.epochs_max,
        )
        for source in file.source
    }
    control = PricedSource(
        name=CONTROL,
        supply=SupplyCurve(Cost(), (), float("inf")),
        training_per_token=training,
        candidate_share=0.0,
        epochs_max=1.0,
    )
    return {**priced, CONTROL: control}


def preview(study: Study, plan: Plan) -> Preview:
    """Count tokens, cost in three currencies, time and disk of a plan."""
    priced = price_sources(study, plan)
    rows = tuple(_preview_row(priced[name], plan) for name in (CONTROL, *study.source_names))
    disk = len(plan.specs) * plan.base.params * _BYTES_PER_PARAMETER_ON_DISK
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


def _spec(
    study: Study,
    base: BaseFacts,
    found: Mapping[str, Supply],
    name: str,
    steps: int,
    seed: int,
) -> RunSpec:
    anneal = study.file.anneal
    text, replay_text = found.get(name), found[REPLAY]  # the control has no text of its own
    share = 1.0 - study.file.replay.ratio if text else 0.0
    available, fill = (text.sequences, text.fill) if text else (0, 1.0)
    candidate, replay = _core.quotas(
        [share / fill, (1.0 - share) / replay_text.fill], steps * anneal.batch_sequences
    )
    _check_epochs(study, name, steps, candidate, available)
    return RunSpec(
        source=name,
        seed=seed,
        steps=steps,
        batch_sequences=anneal.batch_sequences,
        sequence_tokens=anneal.sequence_tokens,
        candidate_sequences=candidate,
        unique_sequences=min(candidate, available),
        replay_unique_sequences=min(replay, replay_text.sequences),
        learning_rate=base.learning_rate,
        warmup_steps=anneal.warmup_steps,
        precision=anneal.precision,
        study_seed=study.file.study.seed,
        base_sha256=base.sha256,
        candidate_sha256=text.store.sha256 if text else "",
        replay_sha256=replay_text.store.sha256,
        tokenizer_sha256=replay_text.store.header["tokenizer_sha256"],
        packing=anneal.packing,
        candidate_fill=fill,
        replay_fill=replay_text.fill,
    )


def _check_epochs(study: Study, name: str, steps: int, candidate: int, available: int) -> None:
    """Check that a run passes over its unique sequences as often as the ladder allows at most."""
    length, ladder = study.file.anneal.sequence_tokens, study.file.ladder
    budget = steps * study.file.anneal.batch_sequences * length
    if candidate > ladder.epochs_max * available:
        raise StudyError(
            f'source "{name}" has {available * length:,} tokens in whole sequences, a budget of '
            f"{budget:,} trains on {candidate * length:,} of them: lower [ladder] to, "
            f"raise [ladder] epochs_max ({ladder.epochs_max:g}), or give it more text"
        )


def _candidate_share(study: Study, plan: Plan, name: str) -> float:
    """Share of a run's positions that hold tokens of the candidate.

    ``ratio`` is a share of tokens; padding takes its part of the positions of both.
    """
    spec = next((spec for spec in plan.specs if spec.source == name), None)
    if spec is None:
        raise StudyError(f'the plan has no run of the source "{name}": run `assay plan` again')
    share = 1.0 - study.file.replay.ratio
    return share / (share / spec.candidate_fill + (1.0 - share) / spec.replay_fill)


def _supply(source: SourceTable, report: dict[str, Any], study: Study) -> SupplyCurve:
    kept = report["store"]["text_bytes"] / report["read"]["text_bytes"]
    cap = source.cap or float(report["store"]["tokens"])
    return supply_curve(source.cost, study.file.prices, kept=kept, cap=cap)
