"""Lays out the sequences that a run trains on: candidate and replay, mixed in a fixed order.

Everything is a function of the run's spec and the index of the sequence, so the whole state of a
run's data is one number, and a run can be continued, or checked, from any place.
"""

from __future__ import annotations

from collections.abc import Mapping

from assay import _core
from assay.corpus import Concatenated, Mixture, MixtureSource
from assay.corpus.packing import NumberedSequences
from assay.corpus.store import Tokens
from assay.errors import StudyError
from assay.records import REPLAY, BaseSpec, RunSpec

__all__ = ["base_mixture", "check_unique", "run_mixture"]


def check_unique(name: str, packing: NumberedSequences, unique: int) -> None:
    """Check that a source has ``unique`` different sequences.

    Raises
    ------
    StudyError
        If it has fewer.
    """
    if unique > len(packing):
        raise StudyError(
            f'source "{name}" has {len(packing)} sequences of {packing.sequence_tokens} tokens, a '
            f"budget needs {unique} different ones: lower [ladder] to, or give it more text"
        )


def run_mixture(spec: RunSpec, packings: Mapping[str, NumberedSequences]) -> Mixture:
    """Lay out the sequences of an anneal.

    Parameters
    ----------
    spec
        The run.
    packings
        Sequences of the candidate source, or of each member of a blend, and of ``replay``, by name;
        none are needed for a part from which nothing is drawn.

    Raises
    ------
    StudyError
        If a source has fewer sequences than the spec asks for.
    """
    parts = (
        *((each.name, each.candidate_sequences, each.unique_sequences) for each in spec.drawn),
        (REPLAY, spec.sequences - spec.candidate_sequences, spec.replay_unique_sequences),
    )
    drawn = [part for part in parts if part[1]]
    return Mixture(
        [_source(name, packings[name], unique) for name, _, unique in drawn],
        seed=_core.draw(spec.study_seed, "replica", spec.seed),
        phases=[(spec.sequences, [count for _, count, _ in drawn])],
    )


def base_mixture(spec: BaseSpec, replay: Tokens, sequences: int) -> Mixture:
    """Lay out the sequences that the built-in base is pre-trained on, all from the replay text.

    Raises
    ------
    StudyError
        If the text has not one sequence.
    """
    packing = Concatenated(replay, spec.sequence_tokens)
    source = _source(REPLAY, packing, max(1, len(packing)))
    return Mixture([source], seed=spec.seed, phases=[(sequences, [1.0])])


def _source(name: str, packing: NumberedSequences, unique: int) -> MixtureSource:
    check_unique(name, packing, unique)
    return MixtureSource(name=name, packing=packing, unique=unique)
