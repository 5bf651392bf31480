"""A study small enough for a test: two token stores with a rule to learn, and a base."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.anneal.pretrain import pretrain_base
from assay.anneal.protocol import Inputs
from assay.anneal.run import anneal
from assay.anneal.runtime import configure
from assay.corpus import TokenStore
from assay.records import CONTROL, BaseSpec, BlendMember, RunSpec

VOCAB = 64
SEQUENCE = 16
TOKENIZER = b'{"a": "tokenizer"}'
TOKENIZER_SHA256 = hashlib.sha256(TOKENIZER).hexdigest()


def write_store(folder: Path, tokens: NDArray[Any], **header: Any) -> Path:
    """Write ``tokens`` as a token store of one document in one shard."""
    folder.mkdir(parents=True)
    tokens.astype("<u2").tofile(folder / "tokens-00000.bin")
    np.array([[len(tokens), len(tokens)]], "<u8").tofile(folder / "documents-00000.bin")
    names = ("tokens-00000.bin", "documents-00000.bin")
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    shard = {
        "tokens_file": names[0],
        "documents_file": names[1],
        "bytes_file": None,
        "documents": 1,
        "tokens": len(tokens),
        "sha256": digests,
    }
    value = {
        "schema_version": 1,
        "name": folder.name,
        "dtype": "uint16",
        "vocab_size": VOCAB,
        "tokenizer_sha256": TOKENIZER_SHA256,
        "separator_id": 0,
        "documents": 1,
        "tokens": len(tokens),
        "text_bytes": len(tokens),
        "shards": [shard],
        **header,
    }
    (folder / "store.json").write_text(json.dumps(value))
    return folder


def noisy_rule(seed: int, tokens: int, factor: int) -> NDArray[np.int64]:
    """Token ids that mostly follow ``next = factor * last + 7``, shape ``[tokens]``."""
    random = np.random.default_rng(seed)
    noise = random.random(tokens) < 0.1
    drawn = random.integers(1, VOCAB, tokens)
    ids = np.zeros(tokens, dtype=np.int64)
    for i in range(1, tokens):
        ids[i] = drawn[i] if noise[i] else (factor * ids[i - 1] + 7) % VOCAB
    return ids


@dataclass(frozen=True)
class Tiny:
    """The parts of the tiny study."""

    stores: dict[str, Path]
    base: Path
    base_spec: BaseSpec
    tokenizer: Path

    write_store = staticmethod(write_store)

    @property
    def inputs(self) -> Inputs:
        """What the runs read."""
        return Inputs(stores=self.stores, base=self.base, packed=self.base.parent / "packed")

    def spec(self, source: str = "rule", **changes: Any) -> RunSpec:
        """A run of 12 updates of 4 sequences, three quarters of them from the source."""
        steps, batch = changes.get("steps", 12), changes.get("batch_sequences", 4)
        candidate = 0 if source == CONTROL else steps * batch * 3 // 4
        values = {
            "source": source,
            "seed": 0,
            "steps": steps,
            "batch_sequences": batch,
            "sequence_tokens": SEQUENCE,
            "candidate_sequences": candidate,
            "unique_sequences": min(candidate, 30),
            "replay_unique_sequences": min(steps * batch - candidate, 100),
            "learning_rate": 1e-2,
            "warmup_steps": 0,
            "precision": "float32",
            "study_seed": 5,
            "base_sha256": self.base_spec.sha256,
            "candidate_sha256": self.digest(source) if source in self.stores else "",
            "replay_sha256": self.digest("replay"),
            "tokenizer_sha256": TOKENIZER_SHA256,
            **changes,
        }
        return RunSpec(**values)

    def blend(self, **changes: Any) -> RunSpec:
        """A run on as much of ``rule`` as of ``more``; ``changes`` are to what it draws of that."""
        counts = {"candidate_sequences": 18, "unique_sequences": 15, "fill": 1.0}
        rule = BlendMember(name="rule", sha256=self.digest("rule"), **counts)
        more = {"name": "more", "sha256": self.digest("more"), **counts, **changes}
        return self.spec(
            "rule+more",
            candidate_sequences=36,
            unique_sequences=15 + more["unique_sequences"],
            candidate_sha256="",
            members=(rule, BlendMember(**more)),
        )

    def anneal(
        self,
        spec: RunSpec,
        folder: Path,
        stop: threading.Event | None = None,
        on_step: Callable[[int], None] = lambda step: None,
        **options: Any,
    ) -> dict[str, Any]:
        """Run one anneal in this process."""
        inputs = replace(self.inputs, base=options.pop("base", self.base))
        return anneal(
            spec,
            folder,
            options.pop("inputs", inputs),
            stop=stop or threading.Event(),
            on_step=on_step,
            **options,
        )

    def digest(self, source: str) -> str:
        """Digest of the token store of a source."""
        return TokenStore.open(self.stores[source]).sha256


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    folder = tmp_path_factory.mktemp("tiny")
    replay = write_store(folder / "replay", noisy_rule(1, 4000, factor=3))
    source = write_store(folder / "rule", noisy_rule(2, 1000, factor=5))
    more = write_store(folder / "more", noisy_rule(4, 1000, factor=5))
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_bytes(TOKENIZER)
    spec = BaseSpec(
        hidden=32,
        layers=1,
        heads=2,
        ffn=64,
        vocab_size=VOCAB,
        sequence_tokens=SEQUENCE,
        tokens=40 * 8 * SEQUENCE,
        learning_rate=1e-2,
        warmup_steps=4,
        batch_sequences=8,
        seed=3,
        threads=1,
        replay_sha256=TokenStore.open(replay).sha256,
        tokenizer_sha256=TOKENIZER_SHA256,
    )
    configure(threads=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_CACHE", str(folder / "cache"))
        pretrain_base(spec, replay, tokenizer, folder / "base", progress=False)
        stores = {"replay": replay, "rule": source, "more": more}
        yield Tiny(stores, folder / "base", spec, tokenizer)
