"""Token stores and a tiny model for the tests of evaluation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

from assay.records import RunSpec

VOCAB = 50
SEPARATOR = 0
WriteStore = Callable[..., Path]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def write_store() -> WriteStore:
    """Return a function that writes a token store with documents of the given token counts."""

    def write(
        folder: Path, lengths: Sequence[int], seed: int = 0, *, with_bytes: bool = True
    ) -> Path:
        folder.mkdir(parents=True)
        random = np.random.default_rng(seed)
        ends = np.cumsum(lengths)
        tokens = random.integers(1, VOCAB, sum(lengths)).astype("<u2")
        tokens[ends - 1] = SEPARATOR
        text_bytes = random.integers(1, 9, len(tokens)).astype("<u4")
        text_bytes[ends - 1] = 0
        documents = np.stack([ends, np.cumsum(text_bytes)[ends - 1]], axis=1).astype("<u8")
        files = {
            "tokens_file": ("tokens-00000.bin", tokens),
            "documents_file": ("documents-00000.bin", documents),
            "bytes_file": ("bytes-00000.bin", text_bytes) if with_bytes else (None, None),
        }
        names = {}
        digests = {}
        for key, (name, array) in files.items():
            names[key] = name
            if name is not None and array is not None:
                array.tofile(folder / name)
                digests[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        shard = {**names, "documents": len(lengths), "tokens": len(tokens), "sha256": digests}
        header = {
            "schema_version": 1,
            "name": folder.name,
            "dtype": "uint16",
            "vocab_size": VOCAB,
            "tokenizer_sha256": "0" * 64,
            "separator_id": SEPARATOR,
            "documents": len(lengths),
            "tokens": len(tokens),
            "text_bytes": int(text_bytes.sum()),
            "shards": [shard],
        }
        (folder / "store.json").write_text(json.dumps(header))
        return folder

    return write


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, write_store: WriteStore) -> Path:
    """Return a store of documents of many lengths, among them the shortest possible."""
    return write_store(tmp_path_factory.mktemp("stores") / "target", [40, 2, 1, 17, 3, 90, 33, 16])


@pytest.fixture(scope="session")
def make_llama() -> Callable[..., PreTrainedModel]:
    """Return a function that builds a tiny Llama with random weights."""

    def make(seed: int = 0) -> PreTrainedModel:
        torch.manual_seed(seed)
        config = LlamaConfig(
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            intermediate_size=48,
            vocab_size=VOCAB,
            max_position_embeddings=64,
            tie_word_embeddings=True,
            initializer_range=0.3,
            bos_token_id=None,
            eos_token_id=None,
        )
        return LlamaForCausalLM(config).eval()

    return make


@pytest.fixture(scope="session")
def make_spec() -> Callable[..., RunSpec]:
    """Return a function that builds the spec of a run."""

    def make(source: str = "docs", seed: int = 0) -> RunSpec:
        return RunSpec(
            source=source,
            seed=seed,
            steps=8,
            batch_sequences=2,
            sequence_tokens=16,
            candidate_sequences=12,
            unique_sequences=6,
            replay_unique_sequences=4,
            learning_rate=1e-3,
            warmup_steps=0,
            precision="float32",
            study_seed=0,
            base_sha256="b" * 64,
            candidate_sha256="c" * 64,
            replay_sha256="d" * 64,
            tokenizer_sha256="0" * 64,
        )

    return make
