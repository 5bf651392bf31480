"""The plan of a study: which anneals to run, and what they will cost.

Every source is annealed on a ladder of budgets with several seeds, and so is the control (replay
alone) at every budget. A plan is a pure function of the study file and the prepared text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay import _core
from assay.basemodel import BaseFacts, base_facts
from assay.corpus import TokenStore, read_manifest
from assay.errors import StudyError
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
    specs = [
        _spec(study, base, name, budget, seed)
        for budget, seeds in zip(
            study.file.ladder.budgets, study.file.ladder.seeds_by_rung, strict=True
        )
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


def price_sources(study: Study, base: BaseFacts) -> dict[str, PricedSource]:
    """Price every source and the control with the yields that preparation measured."""
    manifest = read_manifest(study.out / "prepared")
    reports = {report["name"]: report for report in manifest["sources"]}
    file = study.file
    flops = training_flops_per_token(
        base.params, base.layers, base.hidden, file.anneal.sequence_tokens
    )
    training = file.prices.training(flops)
    priced = {
        source.name: PricedSource(
            name=source.name,
            supply=_supply(source, reports[source.name], study),
            training_per_token=training,
            candidate_share=1.0 - file.replay.ratio,
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
    priced = price_sources(study, plan.base)
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


def _spec(study: Study, base: BaseFacts, name: str, budget: int, seed: int) -> RunSpec:
    anneal, ladder = study.file.anneal, study.file.ladder
    steps = round(budget / (anneal.batch_sequences * anneal.sequence_tokens))
    if steps < 1:
        raise StudyError(
            f"[ladder] a budget of {budget} tokens is less than one batch of "
            f"{anneal.batch_sequences} x {anneal.sequence_tokens} tokens: raise `from`"
        )
    share = 0.0 if name == CONTROL else 1.0 - study.file.replay.ratio
    candidate, replay = _core.quotas([share, 1.0 - share], steps * anneal.batch_sequences)
    store = None if name == CONTROL else TokenStore.open(study.store(name))
    available = _available(store, study, name) if store else 0
    if candidate > ladder.epochs_max * available:
        raise StudyError(
            f'source "{name}" has {available * anneal.sequence_tokens:,} tokens in whole '
            f"sequences, a budget of {budget:,} trains on "
            f"{candidate * anneal.sequence_tokens:,} of them: lower [ladder] to, "
            f"raise [ladder] epochs_max ({ladder.epochs_max:g}), or give it more text"
        )
    replay_store = TokenStore.open(study.store(REPLAY))
    replay_available = _available(replay_store, study, REPLAY)
    if replay and not replay_available:
        raise StudyError(
            f"[replay] has fewer than {anneal.sequence_tokens + 1} tokens after preparation, "
            "not one sequence: give it more text"
        )
    return RunSpec(
        source=name,
        seed=seed,
        steps=steps,
        batch_sequences=anneal.batch_sequences,
        sequence_tokens=anneal.sequence_tokens,
        candidate_sequences=candidate,
        unique_sequences=min(candidate, available),
        replay_unique_sequences=min(replay, replay_available),
        learning_rate=base.learning_rate,
        warmup_steps=anneal.warmup_steps,
        precision=anneal.precision,
        study_seed=study.file.study.seed,
        base_sha256=base.sha256,
        candidate_sha256=store.sha256 if store else "",
        replay_sha256=replay_store.sha256,
        tokenizer_sha256=replay_store.header["tokenizer_sha256"],
    )


def _available(store: TokenStore, study: Study, name: str) -> int:
    """Whole sequences that a source has; each needs one token more for its last target."""
    caps = {source.name: source.cap for source in study.file.source}
    tokens = min(store.header["tokens"], caps.get(name) or float("inf"))
    return int(tokens - 1) // study.file.anneal.sequence_tokens


def _supply(source: SourceTable, report: dict[str, Any], study: Study) -> SupplyCurve:
    kept = report["store"]["text_bytes"] / report["read"]["text_bytes"]
    cap = source.cap or float(report["store"]["tokens"])
    return supply_curve(source.cost, study.file.prices, kept=kept, cap=cap)
