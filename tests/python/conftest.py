"""What several tests of the Python layer start from."""

import json

import numpy as np
import pytest

from assay import stages
from assay.study import load_study

_WORDS = "the quick brown fox jumps over a lazy dog while seven bright stars shine"

_STUDY = """
[study]
name = "s"
budget = "40 USD"

[base]
tokenizer = "tokenizer.json"

[prices]
gpu_hour = 2.0
peak_flops = 1e15

[target]
path = "target.jsonl"
[guard]
path = ["guard.jsonl"]
[replay]
path = "replay.jsonl"

[[source]]
name = "a"
path = "a.jsonl"
cost = { kind = "raw" }

[ladder]
from = 1000
to = 16000
"""

_SHORT_DOCUMENTS = """
[study]
name = "s"
budget = "4 USD"
[base]
tokenizer = "tokenizer.json"
shape = {{ hidden = 16, layers = 1, heads = 2, ffn = 32 }}
pretrain = {{ tokens = 2560, batch_sequences = 8 }}
[prices]
gpu_hour = 2.0
peak_flops = 1e9
[target]
path = "target.jsonl"
[guard]
path = "guard.jsonl"
[replay]
path = "replay.jsonl"
ratio = 0.25
[[source]]
name = "notes"
path = "notes.jsonl"
cost = {{ kind = "raw" }}{cap}
[prepare]
minhash = false
decontaminate_ngram = 1000
[ladder]
from = 2048
to = 2048
seeds = 1
[anneal]
sequence_tokens = 32
batch_sequences = 4
packing = "{packing}"
"""


@pytest.fixture
def small_study():
    """Text of a study file with nothing but what is required."""
    return _STUDY


@pytest.fixture
def write_documents():
    """Write seeded documents of ``words`` words each as JSON Lines; return their texts."""

    def write(path, seed, words):
        random = np.random.default_rng(seed)
        texts = [" ".join(random.choice(_WORDS.split(), count)) for count in words]
        path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        return texts

    return write


@pytest.fixture
def tokenizer_file(request):
    """A small byte-level tokenizer."""
    return request.config.rootpath / "tests" / "data" / "tokenizer.json"


@pytest.fixture
def packed_study(write_documents, tokenizer_file):
    """Prepare a study in a folder, of short documents of several lengths, packed as asked.

    It has one source, ``notes``, one rung of 16 updates of 4 sequences of 32 tokens, and one seed.
    """

    def prepared(folder, packing, cap=""):
        for seed, name in enumerate(("target", "guard", "replay", "notes")):
            words = np.random.default_rng(seed).integers(1, 12, 120).tolist()
            write_documents(folder / f"{name}.jsonl", seed, words)
        (folder / "tokenizer.json").write_bytes(tokenizer_file.read_bytes())
        (folder / "study.toml").write_text(_SHORT_DOCUMENTS.format(packing=packing, cap=cap))
        study = load_study(folder / "study.toml")
        stages.prepare(study, stages.Options(progress=False))
        return study

    return prepared
