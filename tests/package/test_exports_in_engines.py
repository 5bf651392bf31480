"""Each export read by the package it is made for, with the lines that the export prints.

A package that is missing is named in the reason of the skip with what installs it; --no-deps,
because some of them pin old versions of what they import.
"""

import json
import tempfile

import numpy as np
import pytest

# What these packages warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

SEQUENCE = 64


@pytest.fixture
def export(full, store, tmp_path):
    """Export something and return the folder and the lines that load it, ready to run."""

    def run(format_, *arguments, source=store):
        folder = tmp_path / format_
        command = [str(source.folder), "-o", str(folder), "--format", format_, "--no-progress"]
        done = full.run("assay", "corpus", "export", *command, *arguments)
        assert done.returncode == 0, done.stderr
        lines = "\n".join(json.loads((folder / "export.json").read_text())["load"])
        for word, value in [("DIR", folder), ("SEQUENCE", SEQUENCE), ("BATCH", 1)]:
            lines = lines.replace(word, str(value))
        return folder, lines

    return run


def loaded(lines):
    """Run lines of Python and return the dataset that they make."""
    names = {}
    exec(lines, names)
    return names["dataset"]


def whole(tokens, length):
    """Cut tokens into pieces of this length and leave out the rest."""
    return [tokens[i : i + length] for i in range(0, len(tokens) - length + 1, length)]


def test_olmo_core(export, store):
    reason = "pip install --no-deps ai2-olmo-core cached-path dataclass-extensions bettermap"
    data = pytest.importorskip("olmo_core.data", reason=reason)
    utils = pytest.importorskip("olmo_core.data.utils", reason=reason)
    folder, lines = export("olmo", "--shard-tokens", "10000")
    dataset = loaded(lines).build()
    dataset.prepare()
    parts = sorted(folder.glob("*.npy"))
    assert len(parts) > 2
    expected, documents = [], []
    for part in parts:
        tokens = np.fromfile(part, dataset.dtype).tolist()
        expected += whole(tokens, SEQUENCE)
        places = utils.iter_document_indices(part, use_array_if_local=False, dtype=dataset.dtype)
        documents += [tokens[start:end] for start, end in places]
    assert [dataset[i]["input_ids"].tolist() for i in range(len(dataset))] == expected
    assert documents == store.documents
    assert isinstance(dataset, data.NumpyFSLDataset)


def test_megatron(export, store):
    reason = "pip install --no-deps megatron-core"
    module = pytest.importorskip("megatron.core.datasets.indexed_dataset", reason=reason)
    folder, lines = export("megatron")
    assert lines.startswith(f"--data-path {folder}/tokens ")
    dataset = module.IndexedDataset(f"{folder}/tokens")
    assert dataset.index.dtype == module.DType.optimal_dtype(store.vocab_size)
    assert [dataset[i].tolist() for i in range(len(dataset))] == store.documents
    assert dataset.document_indices.tolist() == [*range(len(store.documents) + 1)]


@pytest.mark.parametrize("return_positions", [False, True])
def test_nanotron(export, store, return_positions):
    reason = "pip install --no-deps datatrove loguru humanize multiprocess dill"
    module = pytest.importorskip("datatrove.utils.dataset", reason=reason)
    yaml = pytest.importorskip("yaml")
    folder, lines = export("nanotron", "--shard-tokens", "10000", "--tokenizer-name", "some/name")
    loads = yaml.safe_load(lines)
    settings = loads["data_stages"][0]["data"]["dataset"]
    assert settings["tokenizer_name"] == "some/name"
    assert settings["vocab_size"] == store.vocab_size
    width = settings["token_size_in_bytes"]
    dataset = module.DatatroveFolderDataset(
        settings["dataset_folder"][0],
        seq_len=loads["tokens"]["sequence_length"],
        token_size=width,
        return_positions=return_positions,
    )
    expected = []
    for part in sorted(folder.glob("*.ds")):
        expected += whole(np.fromfile(part, f"<u{width}").tolist(), SEQUENCE + 1)
    assert [dataset[i]["input_ids"].tolist() for i in range(len(dataset))] == expected
    if return_positions:
        assert dataset[0]["positions"].tolist()[:4] == [0, 0, 1, 0]


@pytest.mark.parametrize("format_", ["parquet", "arrow"])
def test_datasets(export, store, format_, tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
    folder, lines = export(format_, "--shard-tokens", "10000")
    dataset = loaded(lines)
    assert list(dataset["input_ids"]) == store.documents
    assert dataset.features["input_ids"].feature.dtype == "int32"
    if format_ == "parquet":
        found = datasets.load_dataset(str(folder), split="train", streaming=True)
        assert [row["input_ids"] for row in found] == store.documents
    else:
        assert dataset.split == "train"
        parts = [datasets.Dataset.from_file(str(p)) for p in sorted(folder.glob("*.arrow"))]
        assert [ids for part in parts for ids in part["input_ids"]] == store.documents


def test_streaming(export, store, monkeypatch):
    reason = "pip install --no-deps mosaicml-streaming and the clouds' packages that it imports"
    pytest.importorskip("streaming", reason=reason)
    # Sockets of its workers have long names.
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    _, lines = export("mds", "--shard-tokens", "10000")
    dataset = loaded(lines)
    dtype = "uint16" if store.vocab_size <= 1 << 16 else "uint32"
    assert dataset[0]["tokens"].dtype == dtype
    assert [row["tokens"].tolist() for row in dataset] == store.documents


def drawn(export, mixture):
    """Return the sequences of a mixture in the order drawn, as a plain reader finds them."""
    folder, _ = export("olmo", source=mixture)
    dtype = "uint16" if mixture.vocab_size <= 1 << 16 else "uint32"
    tokens = np.fromfile(folder / "part-00000.npy", dtype)
    return tokens.reshape(-1, mixture.sequence_tokens).tolist()


def test_olmo_core_reads_a_mixture_in_order(export, mixture, tmp_path):
    pytest.importorskip("olmo_core.data", reason="pip install --no-deps ai2-olmo-core")
    expected = drawn(export, mixture)
    lines = "\n".join(json.loads((tmp_path / "olmo" / "export.json").read_text())["load"])
    dataset = loaded(lines.replace("DIR", str(tmp_path / "olmo"))).build()
    dataset.prepare()
    assert [dataset[i]["input_ids"].tolist() for i in range(len(dataset))] == expected


def test_nanotron_reads_a_mixture_in_order(export, mixture):
    reason = "pip install --no-deps datatrove loguru humanize multiprocess dill"
    module = pytest.importorskip("datatrove.utils.dataset", reason=reason)
    yaml = pytest.importorskip("yaml")
    folder, lines = export("nanotron", "--shard-tokens", "10000", source=mixture)
    loads = yaml.safe_load(lines)
    dataset = module.DatatroveFolderDataset(
        str(folder),
        seq_len=loads["tokens"]["sequence_length"],
        token_size=loads["data_stages"][0]["data"]["dataset"]["token_size_in_bytes"],
    )
    found = [dataset[i]["input_ids"].tolist() for i in range(len(dataset))]
    assert found == drawn(export, mixture)
