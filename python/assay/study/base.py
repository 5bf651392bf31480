"""Describes the base model of a study, from the study file and the prepared text."""

from __future__ import annotations

from assay.base.facts import BaseFacts, builtin_facts, folder_facts
from assay.corpus import TokenizerReport, TokenStore
from assay.records import REPLAY, BaseSpec
from assay.study.file import Study

__all__ = ["base_facts"]

_THREADS = 2
"""CPU threads that pre-train a built-in base: fixed, since its weights depend on them."""


def base_facts(study: Study, tokenizer: TokenizerReport) -> BaseFacts:
    """Describe the base of a study whose text was prepared with ``tokenizer``.

    Raises
    ------
    DataError
        If the folder holds no model, or the tokenizer has more entries than the model.
    """
    table, rate = study.file.base, study.file.anneal.learning_rate
    if not table.builtin:
        return folder_facts(study.path(table.model), tokenizer, rate or 0.0)
    spec = BaseSpec(
        **table.shape.model_dump(),
        **table.pretrain.model_dump(),
        vocab_size=tokenizer["vocab_size"],
        sequence_tokens=study.file.anneal.sequence_tokens,
        seed=study.file.study.seed,
        threads=_THREADS,
        replay_sha256=TokenStore.open(study.output.store(REPLAY)).sha256,
        tokenizer_sha256=tokenizer["sha256"],
    )
    return builtin_facts(spec, rate)
