"""Token stores of several shards, written by hand."""

import hashlib
import json

import numpy as np
import pytest

VOCAB = 100


@pytest.fixture
def write_store():
    """Write documents of ids, without separators, as a token store; some to each shard."""

    def write(folder, shards, **header):
        folder.mkdir(parents=True)
        described = [_write_shard(folder, k, documents) for k, documents in enumerate(shards)]
        value = {
            "schema_version": 1,
            "name": folder.name,
            "dtype": "uint16",
            "vocab_size": VOCAB,
            "tokenizer_sha256": "ab" * 32,
            "separator_id": 0,
            "documents": sum(shard["documents"] for shard in described),
            "tokens": sum(shard["tokens"] for shard in described),
            "text_bytes": sum(len(document) for shard in shards for document in shard),
            "shards": described,
            **header,
        }
        (folder / "store.json").write_text(json.dumps(value))
        return folder

    return write


def _write_shard(folder, number, documents):
    ids = np.array([i for document in documents for i in (*document, 0)], "<u2")
    ends = np.cumsum([(len(document) + 1, len(document)) for document in documents], axis=0)
    names = (f"tokens-{number:05}.bin", f"documents-{number:05}.bin")
    ids.tofile(folder / names[0])
    ends.astype("<u8").tofile(folder / names[1])
    return {
        "tokens_file": names[0],
        "documents_file": names[1],
        "bytes_file": None,
        "documents": len(documents),
        "tokens": len(ids),
        "sha256": {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names},
    }
