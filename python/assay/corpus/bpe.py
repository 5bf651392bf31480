"""Trains a byte-level BPE tokenizer, for studies that are given none."""

from __future__ import annotations

from collections.abc import Iterable

from assay.errors import MissingExtra

__all__ = ["SEPARATOR", "VOCABULARY", "train_tokenizer"]

SEPARATOR = "<|endoftext|>"
"""Token that ends each document."""
VOCABULARY = 2048


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> bytes:
    """Train a byte-level BPE tokenizer and return the bytes of its ``tokenizer.json``.

    Equal texts give equal bytes. Byte-level BPE (Radford et al. 2019) has no unknown token.
    """
    try:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    except ModuleNotFoundError:
        raise MissingExtra.named("train", "training a tokenizer") from None
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[SEPARATOR],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return f"{tokenizer.to_str(pretty=True)}\n".encode()
