"""The tokenizer that is trained where none is given."""

from __future__ import annotations

from assay.corpus.bpe import SEPARATOR, train_tokenizer

TEXT = "the shape of the array is returned by the function that made it"


def test_the_tokenizer_covers_every_byte() -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(train_tokenizer([TEXT], 300).decode())
    text = "Größe 🙂 \x00 <b>"
    assert tokenizer.decode(tokenizer.encode(text).ids) == text
    assert tokenizer.token_to_id(SEPARATOR) == 0
