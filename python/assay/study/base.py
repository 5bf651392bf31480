"""Describes the base model of a study, from the study file and the prepared text."""

from __future__ import annotations

import sys

from assay.base.facts import (
    BaseFacts,
    builtin_facts,
    check_context,
    folder_context,
    folder_facts,
)
from assay.base.weights import left_out
from assay.corpus import TokenizerReport, TokenStore
from assay.records import REPLAY, BaseSpec
from assay.study.file import Study

__all__ = ["base_facts", "check_base"]

_THREADS = 2
"""CPU threads that pre-train a built-in base: fixed, since its weights depend on them."""


def check_base(study: Study) -> None:
    """Check that a base that is a folder can be one, before any text is prepared for it.

    Raises
    ------
    DataError
        If the folder holds no model that can be a base.
    StudyError
        If training sequences are longer than its context.
    MissingExtra
        If transformers is not installed.
    """
    table = study.file.base
    if not table.builtin:
        context = folder_context(study.path(table.model))
        check_context(study.file.anneal.sequence_tokens, context)


def base_facts(study: Study, tokenizer: TokenizerReport) -> BaseFacts:
    """Describe the base of a study whose text was prepared with ``tokenizer``.

    Raises
    ------
    DataError
        If the folder holds no model, or the tokenizer has more entries than the model.
    StudyError
        If training sequences are longer than its context.
    """
    table, rate = study.file.base, study.file.anneal.learning_rate
    if not table.builtin:
        folder = study.path(table.model)
        facts = folder_facts(folder, tokenizer, rate or 0.0)
        check_context(study.file.anneal.sequence_tokens, facts.context)
        if others := left_out(folder):
            sys.stderr.write(f"base: {', '.join(others)} in {folder}: left out, not the weights\n")
        return facts
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
