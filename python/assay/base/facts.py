"""Size and digest of the base model, which plans and prices need, read without loading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.base.weights import config_file, weight_files
from assay.corpus import TokenizerReport
from assay.errors import DataError, MissingExtra, StudyError
from assay.files import digest, file_sha256
from assay.records import BaseSpec

if TYPE_CHECKING:
    from assay.base.describe import ModelShape, ModelSize

__all__ = [
    "BaseFacts",
    "builtin_facts",
    "check_context",
    "folder_context",
    "folder_facts",
    "model_digests",
]


@dataclass(frozen=True, kw_only=True)
class BaseFacts:
    """The facts about the base model that plans and prices depend on."""

    sha256: str
    params: int
    """Parameters that a token uses, which is all of them unless the base has experts."""
    layers: int
    hidden: int
    vocab_size: int
    learning_rate: float
    """Rate at which every anneal starts."""
    builtin: BaseSpec | None
    """How to make the base, if assay makes it."""
    context: int | None = None
    """Tokens that it can see at once, where it says so."""
    total_params: int | None = None
    """All parameters, where a token does not use all."""

    @property
    def stored_params(self) -> int:
        """Parameters that are kept in memory and on disk."""
        return self.params if self.total_params is None else self.total_params


def builtin_facts(spec: BaseSpec, learning_rate: float | None) -> BaseFacts:
    """Describe the built-in base; anneals start at ``learning_rate``, by default at its own."""
    return BaseFacts(
        sha256=spec.sha256,
        params=spec.params,
        layers=spec.layers,
        hidden=spec.hidden,
        vocab_size=spec.vocab_size,
        learning_rate=learning_rate or spec.learning_rate,
        builtin=spec,
        context=spec.sequence_tokens,
    )


def folder_facts(folder: Path, tokenizer: TokenizerReport, learning_rate: float) -> BaseFacts:
    """Describe the Hugging Face model in ``folder``, whose text was cut by ``tokenizer``.

    Raises
    ------
    DataError
        If the folder holds no model that can be a base, or the tokenizer has more entries than it.
    MissingExtra
        If transformers is not installed.
    """
    shape, size = _describe(folder)
    if tokenizer["vocab_size"] > shape.vocab_size:
        raise DataError(
            f"the tokenizer has {tokenizer['vocab_size']} entries, the model in {folder} only "
            f"{shape.vocab_size}: [base] tokenizer must be the one the model was trained with"
        )
    return BaseFacts(
        sha256=digest(model_digests(folder)),
        params=size.active,
        layers=shape.layers,
        hidden=shape.hidden,
        vocab_size=shape.vocab_size,
        learning_rate=learning_rate,
        builtin=None,
        context=shape.context,
        total_params=size.total if size.total != size.active else None,
    )


def folder_context(folder: Path) -> int | None:
    """Return how many tokens the Hugging Face model in ``folder`` can see at once, if it says so.

    Raises
    ------
    DataError
        If the folder holds no model that can be a base.
    MissingExtra
        If transformers is not installed.
    """
    return _describe(folder)[0].context


def check_context(sequence_tokens: int, context: int | None) -> None:
    """Check that a base whose context is known can see a whole training sequence.

    Raises
    ------
    StudyError
        If sequences are longer than its context.
    """
    if context is not None and sequence_tokens > context:
        raise StudyError(
            f"sequences of {sequence_tokens} tokens are longer than the context of the base, "
            f"{context}: lower [anneal] sequence_tokens"
        )


def model_digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that makes a Hugging Face model; theirs is the base's name.

    Raises
    ------
    DataError
        If the folder holds no ``config.json``, or no weights, or not clearly one model's.
    """
    paths = [config_file(folder), *weight_files(folder)]
    return {path.name: file_sha256(path) for path in paths}


def _describe(folder: Path) -> tuple[ModelShape, ModelSize]:
    config_file(folder)
    weight_files(folder)
    MissingExtra.check("train", "a base that is a Hugging Face folder")
    # Only such a base needs transformers before anything is trained.
    from assay.base.describe import describe

    return describe(folder)
