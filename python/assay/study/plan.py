"""The plan of a study: the list of all anneals that it will run.

Every source is annealed on a ladder of budgets with several seeds, and so is the control (replay
alone) at every budget. The study file, the base and the prepared text decide the whole plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from assay import _core
from assay.base.facts import BaseFacts
from assay.errors import StudyError
from assay.files import read_json, write_json
from assay.records import CONTROL, REPLAY, BaseSpec, RunSpec
from assay.study.base import base_facts
from assay.study.file import Study
from assay.study.prepare import read_prepared
from assay.study.sequences import AvailableSequences, available_sequences

__all__ = ["Plan", "make_plan", "read_plan"]


@dataclass(frozen=True)
class Plan:
    """The runs of a study, and the base they start from."""

    base: BaseFacts
    specs: tuple[RunSpec, ...]

    def write(self, path: Path) -> None:
        """Write the plan as JSON."""
        value = {"base": asdict(self.base), "runs": [spec.to_dict() for spec in self.specs]}
        write_json(path, value)

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Read what :meth:`write` wrote.

        Raises
        ------
        DataError
            If there is no plan.
        """
        value = read_json(path, "assay plan")
        base = value["base"]
        builtin = BaseSpec(**base["builtin"]) if base["builtin"] else None
        facts = BaseFacts(**{**base, "builtin": builtin})
        return cls(facts, tuple(RunSpec.from_dict(run) for run in value["runs"]))


def make_plan(study: Study) -> Plan:
    """Lay out ladder x sources x seeds, and the control, for a prepared study.

    Raises
    ------
    StudyError
        If a source has too few tokens for its largest budget within ``epochs_max``.
    DataError
        If the study is not prepared, or the base does not fit the tokenizer.
    """
    base = base_facts(study, read_prepared(study).tokenizer)
    found = available_sequences(study)
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


def read_plan(study: Study) -> Plan:
    """Read the plan that ``assay plan`` wrote.

    Raises
    ------
    DataError
        If there is none.
    """
    path = study.output.plan
    return study.output.once("plan", [path], lambda: Plan.read(path))


def _spec(
    study: Study,
    base: BaseFacts,
    found: Mapping[str, AvailableSequences],
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
    """Check that a run does not repeat its source more often than ``epochs_max`` allows."""
    length, ladder = study.file.anneal.sequence_tokens, study.file.ladder
    budget = steps * study.file.anneal.batch_sequences * length
    if candidate > ladder.epochs_max * available:
        raise StudyError(
            f'source "{name}" has {available * length:,} tokens in whole sequences, a budget of '
            f"{budget:,} trains on {candidate * length:,} of them: lower [ladder] to, "
            f"raise [ladder] epochs_max ({ladder.epochs_max:g}), or give it more text"
        )
