"""A mixture as a Hugging Face dataset: its own splitting and its own state."""

import sys
from itertools import islice

import numpy as np
import pytest

from assay.corpus import Concatenated, Mixture, MixtureSource, TokenArray
from assay.corpus import hf as hf_module
from assay.errors import MissingExtra

datasets = pytest.importorskip("datasets")
S = 4


@pytest.fixture(params=[1, 3])
def mixture(request, monkeypatch):
    """24 sequences, in blocks of one or three."""
    monkeypatch.setattr(hf_module, "_SHARDS", 24 // request.param)
    ends = np.cumsum([3, 5, 30, 22, 1, 9])
    ids = np.arange(100, 100 + ends[-1])
    source = MixtureSource(name="a", packing=Concatenated(TokenArray(ids, ends), S), unique=17)
    return Mixture([source], seed=1, phases=[(24, [1])])


def ids(rows):
    return [np.asarray(row["input_ids"]).tolist() for row in rows]


def expected(mixture):
    return [sequence.tokens.tolist() for sequence in mixture.read(0, len(mixture))]


def test_rows_are_the_sequences_in_order(mixture):
    rows = list(mixture.to_hf())
    assert ids(rows) == expected(mixture)
    for row, sequence in zip(rows, mixture, strict=True):
        assert row["position_ids"].tolist() == sequence.position_ids.tolist()
        # The model compares place i with label i + 1.
        assert row["labels"][1:].tolist() == sequence.targets[:-1].tolist()


@pytest.mark.parametrize("read", [0, 1, 7, 23])
def test_its_state_resumes(mixture, read):
    first = mixture.to_hf()
    begun = list(islice(first, read))
    second = mixture.to_hf()
    second.load_state_dict(first.state_dict())
    assert ids(begun) + ids(second) == expected(mixture)


@pytest.mark.parametrize("world", [2, 5])
def test_nodes_together_read_everything_once(mixture, world):
    from datasets.distributed import split_dataset_by_node

    parts = [
        ids(split_dataset_by_node(mixture.to_hf(), rank=rank, world_size=world))
        for rank in range(world)
    ]
    assert sorted(row for part in parts for row in part) == sorted(expected(mixture))
    assert max(map(len, parts)) - min(map(len, parts)) <= 3


def test_nodes_advance_together(mixture):
    from datasets.distributed import split_dataset_by_node

    parts = [
        ids(split_dataset_by_node(mixture.to_hf(), rank=rank, world_size=2)) for rank in range(2)
    ]
    first = parts[0][:6] + parts[1][:6]
    assert sorted(first) == sorted(expected(mixture)[:12])


def test_without_datasets_the_extra_is_named(mixture, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtra, match=r'pip install "WHEEL\[hf\]"'):
        mixture.to_hf()
