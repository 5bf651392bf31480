"""Checks that base, tokenizer, stores and sizes fit the runs, before any starts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assay.anneal.loader import check_unique
from assay.anneal.protocol import Inputs
from assay.base.facts import check_context
from assay.base.folder import verify_base
from assay.corpus import TokenStore
from assay.errors import DataError
from assay.files import read_json
from assay.records import REPLAY, RunSpec

__all__ = ["check_inputs", "check_store"]


def check_inputs(specs: Sequence[RunSpec], inputs: Inputs) -> None:
    """Check that the runs can be run as planned.

    Raises
    ------
    DataError
        If the base or a store is not the one planned with, or their vocabularies do not fit.
    StudyError
        If a source is too small for a budget, or sequences are longer than the model's context.
    """
    for sha256 in {spec.base_sha256 for spec in specs}:
        verify_base(inputs.base, sha256)
    vocab_size, context = _limits(inputs.base)
    for spec in specs:
        check_context(spec.sequence_tokens, context)
    names = {REPLAY} | {each.name for spec in specs for each in spec.drawn}
    stores = inputs.open_stores(names)
    kinds = {(spec.packing, spec.sequence_tokens) for spec in specs}
    packings = {kind: inputs.open_packings(names, *kind) for kind in kinds}
    for spec in specs:
        needs = {REPLAY: (spec.replay_sha256, spec.replay_unique_sequences)}
        needs.update({each.name: (each.sha256, each.unique_sequences) for each in spec.drawn})
        for name, (sha256, unique) in needs.items():
            check_store(
                name,
                stores[name],
                sha256=sha256,
                tokenizer_sha256=spec.tokenizer_sha256,
                vocab_size=vocab_size,
            )
            check_unique(name, packings[spec.packing, spec.sequence_tokens][name], unique)


def _limits(base: Path) -> tuple[int, int | None]:
    """Return the vocabulary of a base and its context, None if it has none that is known."""
    spec = read_json(base / "base.json", "assay anneal")["spec"]
    if spec is not None:
        return spec["vocab_size"], spec["sequence_tokens"]
    # Only a base that came from elsewhere needs transformers, and torch with it, in this process.
    from assay.base.describe import read_shape

    shape = read_shape(base)
    return shape.vocab_size, shape.context


def check_store(
    name: str, store: TokenStore, *, sha256: str, tokenizer_sha256: str, vocab_size: int
) -> None:
    """Check that a store is the one planned with and that the model knows its tokens.

    Raises
    ------
    DataError
        If it is another store, made with another tokenizer, or of a larger vocabulary.
    """
    if store.sha256 != sha256:
        raise DataError(
            f'the token store of "{name}" ({store.folder}) is {store.sha256[:12]}, the plan is '
            f"for {sha256[:12]}: run `assay prepare` and `assay plan` again"
        )
    made_with = str(store.header["tokenizer_sha256"])
    if made_with != tokenizer_sha256:
        raise DataError(
            f'the token store of "{name}" ({store.folder}) was made with the tokenizer '
            f"{made_with[:12]}, not {tokenizer_sha256[:12]}: run `assay prepare` again"
        )
    if store.header["vocab_size"] > vocab_size:
        raise DataError(
            f'the token store of "{name}" has a vocabulary of {store.header["vocab_size"]}, the '
            f"model only {vocab_size}: [base] tokenizer must be the one of the model"
        )
