"""What several tests of the Python layer start from."""

import json

import numpy as np
import pytest

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
