"""What all tests of Python share: torch can be hidden, and there are studies to test on.

With ASSAY_TEST_WITHOUT_TORCH set, torch is hidden, which keeps tests that need none honest.
Fixtures import assay only when they are asked for, so that nothing is imported before that.
"""

import importlib.abc
import importlib.machinery
import json
import os
import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

HIDDEN = {"torch", "transformers", "triton"}
NEED_TORCH = [
    "python/anneal",
    "python/base/test_load.py",
    "python/evaluate",
    "python/demo",
    "kernels",
    "regressions/bases",
]


class Hide(importlib.abc.MetaPathFinder):
    """Makes the hidden packages look as if they were not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {fullname!r} (hidden)", name=fullname)
        return None


if os.environ.get("ASSAY_TEST_WITHOUT_TORCH"):
    collect_ignore = NEED_TORCH
    sys.meta_path.insert(0, Hide())

# Triton is an interpreter or a compiler from its first import on, which other tests may cause
# before those of the kernels, which need the interpreter, are collected.
os.environ["TRITON_INTERPRET"] = "1"

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

_PREPARED = """
[study]
name = "s"
budget = "4 USD"
[base]
tokenizer = "tokenizer.json"
shape = { hidden = 16, layers = 1, heads = 2, ffn = 32 }
pretrain = { tokens = 2560, batch_sequences = 8 }
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
[evaluate]
window_tokens = 16
"""

_TWO_SOURCES = """
[[source]]
name = "big"
path = "big.jsonl"
cost = { kind = "raw" }
[[source]]
name = "small"
path = "small.jsonl"
cost = { kind = "licensed", fixed_usd = 1.0, usd_per_million_tokens = 10.0 }
[ladder]
from = 256
to = 1024
seeds = [3, 2, 1]
[anneal]
sequence_tokens = 16
batch_sequences = 4
"""

_SHORT_DOCUMENTS = """
[[source]]
name = "notes"
path = "notes.jsonl"
cost = {{ kind = "raw" }}{cap}
[prepare]
near = false
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

    import numpy as np

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
def prepared_study(write_documents, tokenizer_file):
    """Prepare a tiny study in a folder: ``tables`` end its file, ``words`` are those of each text.

    A text has a document for every number in ``words``.
    """
    from assay.study import load_study, stages

    def prepared(folder, words, tables):
        for seed, (name, counts) in enumerate(words.items()):
            write_documents(folder / f"{name}.jsonl", seed, counts)
        (folder / "tokenizer.json").write_bytes(tokenizer_file.read_bytes())
        (folder / "study.toml").write_text(_PREPARED + tables)
        study = load_study(folder / "study.toml")
        stages.prepare(study, stages.StageOptions(progress=False))
        return study

    return prepared


@pytest.fixture
def study(prepared_study, tmp_path):
    """Prepare a study of two sources, ``big`` and ``small``, on three rungs."""
    documents = {"target": 5, "guard": 5, "replay": 60, "big": 60, "small": 4}
    words = {name: [50] * count for name, count in documents.items()}
    return prepared_study(tmp_path, words, _TWO_SOURCES)


@pytest.fixture
def change():
    """Change the file of a study, and read it again."""
    from assay.study import load_study

    def changed(study, old, new):
        path = study.folder / "study.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return load_study(path)

    return changed


@pytest.fixture
def blended_study(study, change):
    """Add the blend ``both`` to the study of two sources: three quarters ``big``, one ``small``."""
    blend = '[[blend]]\nname = "both"\nshares = { big = 0.75, small = 0.25 }\n[ladder]'
    return change(study, "[ladder]", blend)


@pytest.fixture
def packed_study(prepared_study):
    """Prepare a study in a folder, of short documents of several lengths, packed as asked.

    It has one source, ``notes``, one rung of 16 updates of 4 sequences of 32 tokens, and one seed.
    """
    import numpy as np

    def packed(folder, packing, cap=""):
        words = {
            name: np.random.default_rng(seed).integers(1, 12, 120).tolist()
            for seed, name in enumerate(("target", "guard", "replay", "notes"))
        }
        return prepared_study(folder, words, _SHORT_DOCUMENTS.format(packing=packing, cap=cap))

    return packed


@pytest.fixture(scope="session")
def measurement():
    """Build the measurement of a run that saw each token of its source, half of all, once."""
    from assay.records import Measurement

    def measured(source, tokens, loss, *, seed=0, role="target", evaluation=None):
        evaluation = evaluation or role
        return Measurement(
            run=f"{source}-{tokens}-{seed}",
            source=source,
            tokens=tokens,
            candidate_tokens=tokens // 2,
            unique_tokens=tokens // 2,
            epochs=1.0,
            steps=128,
            seed=seed,
            evaluation=evaluation,
            role=role,
            evaluation_sha256=evaluation * 8,
            loss=loss,
            loss_se=0.02,
            bits_per_byte=0.55 * loss,
            top1=0.3,
            windows=128,
            eval_tokens=128 * 256,
            eval_bytes=128 * 1000,
        )

    return measured


@pytest.fixture
def measure_study(measurement):
    """Return what measures a planned study: exact laws of the tokens, a bit apart by seed."""
    from assay.records import write_measurements
    from assay.study.plan import read_plan

    rates = {"control": 1.0, "big": 1.5, "small": 2.0, "both": 1.8}

    def measure(study, *_):
        rows = [
            measurement(
                s.source,
                s.tokens,
                2.0 + (1 + 1e-3 * s.seed) * (256 / s.tokens) ** 0.3 / rates[s.source],
            )
            for s in read_plan(study).specs
        ]
        write_measurements(study.output.measurements, rows)

    return measure


@pytest.fixture
def fitted_study(study, change, measure_study):
    """Bring a study to its fits."""
    from assay.study import stages

    options = stages.StageOptions(progress=False)
    study = change(study, "[ladder]", "[fit]\nresamples = 50\n[ladder]")
    stages.plan(study, options)
    measure_study(study)
    stages.fit(study, options)
    return study
