"""Each export read back token for token, by readers written from the formats' definitions."""

import gzip
import hashlib
import itertools
import json
import struct

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

FORMATS = ["olmo", "megatron", "nanotron", "parquet", "arrow", "mds"]


def olmo(folder, record):
    documents = []
    for path in sorted(folder.glob("*.npy")):
        tokens = np.fromfile(path, record["dtype"]).tolist()
        lines = gzip.decompress(path.with_suffix(".csv.gz").read_bytes()).decode().splitlines()
        for line in lines:
            start, end, number = map(int, line.split(","))
            assert number == len(documents)
            documents.append(tokens[start:end])
        assert end == len(tokens)
    return documents


def megatron(folder, record):
    index = (folder / "tokens.idx").read_bytes()
    magic, version, code, sequences, ends = struct.unpack_from("<9sQBQQ", index)
    assert (magic, version, ends) == (b"MMIDIDX\0\0", 1, sequences + 1)
    dtype = {4: "int32", 8: "uint16"}[code]
    assert dtype == record["dtype"]
    lengths = np.frombuffer(index, "<i4", sequences, 34)
    starts = np.frombuffer(index, "<i8", sequences, 34 + 4 * sequences)
    assert np.frombuffer(index, "<i8", -1, 34 + 12 * sequences).tolist() == [*range(ends)]
    data = (folder / "tokens.bin").read_bytes()
    assert len(data) == lengths.sum() * np.dtype(dtype).itemsize
    pairs = zip(lengths, starts, strict=True)
    return [np.frombuffer(data, dtype, n, start).tolist() for n, start in pairs]


def nanotron(folder, record):
    documents = []
    for path in sorted(folder.glob("*.ds")):
        tokens = np.fromfile(path, record["dtype"])
        ends = np.fromfile(f"{path}.index", "<u8")
        width = tokens.itemsize
        metadata = (folder / f"{path.name}.metadata").read_text().splitlines()
        assert metadata[:2] == [f"some/tokenizer|{width}", str(len(tokens))]
        assert ends[-1] == len(tokens)
        documents += [part.tolist() for part in np.split(tokens, ends[:-1])]
    return documents


def parquet(folder, record):
    tables = [pa.parquet.read_table(path) for path in sorted(folder.glob("*.parquet"))]
    return rows(tables, record)


def arrow(folder, record):
    state = json.loads((folder / "state.json").read_text())
    names = [file["filename"] for file in state["_data_files"]]
    assert names == sorted(path.name for path in folder.glob("*.arrow"))
    return rows(
        [pa.ipc.open_stream((folder / name).read_bytes()).read_all() for name in names], record
    )


def rows(tables, record):
    assert record["dtype"] == "int32"
    for table in tables:
        assert table.schema.names == ["input_ids"]
        assert table.schema.field(0).type == pa.list_(pa.int32())
    return [row for table in tables for row in table["input_ids"].to_pylist()]


def mds(folder, record):
    documents = []
    for shard in json.loads((folder / "index.json").read_text())["shards"]:
        assert shard["column_encodings"] == [f"ndarray:{record['dtype']}"]
        data = (folder / shard["raw_data"]["basename"]).read_bytes()
        assert len(data) == shard["raw_data"]["bytes"]
        (samples,) = struct.unpack_from("<I", data)
        assert samples == shard["samples"]
        places = np.frombuffer(data, "<u4", samples + 1, 4)
        settings = json.loads(data[8 + 4 * samples : places[0]])
        assert settings.items() <= shard.items()
        for start, end in itertools.pairwise(places):
            documents.append(mds_array(data[start:end], record["dtype"]))
        assert end == len(data)
    return documents


def mds_array(sample, dtype):
    (size,) = struct.unpack_from("<I", sample)
    assert size == len(sample) - 4
    assert sample[4] >> 2 == 1  # dimensions
    width = 1 << (sample[4] & 3)
    length = int.from_bytes(sample[5 : 5 + width], "little")
    array = np.frombuffer(sample, dtype, -1, 5 + width)
    assert len(array) == length
    return array.tolist()


def export(full, source, output, *arguments):
    command = ["corpus", "export", str(source.folder), "-o", str(output), "--no-progress"]
    return full.run("assay", *command, *arguments)


def exported(full, source, output, format_, *arguments):
    done = export(full, source, output, "--format", format_, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    record = json.loads((output / "export.json").read_text())
    assert record == json.loads(done.stdout)
    return record


def sharded(format_):
    return [] if format_ == "megatron" else ["--shard-tokens", "1000"]


@pytest.mark.parametrize("format_", FORMATS)
def test_every_token_comes_back(full, store, tmp_path, format_):
    name = ["--tokenizer-name", "some/tokenizer"]
    for output, arguments in [("one", []), ("many", sharded(format_))]:
        folder = tmp_path / output
        record = exported(full, store, folder, format_, *name, *arguments)
        assert globals()[format_](folder, record) == store.documents
        assert (record["items"], record["tokens"]) == (len(store.documents), len(store.tokens))
        assert len(record["files"]) > (10 if arguments else 0)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_record_lists_every_file(full, store, tmp_path, format_):
    record = exported(full, store, tmp_path / "out", format_, *sharded(format_))
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    del files["export.json"]
    listed = {file["file"]: (file["bytes"], file["sha256"]) for file in record["files"]}
    assert listed == {k: (len(v), hashlib.sha256(v).hexdigest()) for k, v in files.items()}
    header = (store.folder / "store.json").read_bytes()
    assert record["source"]["sha256"] == hashlib.sha256(header).hexdigest()
    again = exported(full, store, tmp_path / "again", format_, *sharded(format_))
    assert again == record


def test_sequences_of_a_mixture_are_the_same_in_every_format(full, store, mixture, tmp_path):
    length = mixture.sequence_tokens
    name = ["--tokenizer-name", "some/tokenizer"]
    found = {}
    for format_ in FORMATS:
        folder = tmp_path / format_
        record = exported(full, mixture, folder, format_, *name, *sharded(format_))
        assert record["source"]["sequence_tokens"] == length
        found[format_] = globals()[format_](folder, record)
    sequences = found["olmo"]
    assert all(sequences == others for others in found.values())
    assert {len(sequence) for sequence in sequences} == {length}
    assert len(sequences) == 2 * len(store.tokens) // length
    if mixture.folder.name == "mixed-concatenate":
        last = len(store.tokens) - 1 - length
        windows = [store.tokens[i : i + length] for i in range(0, last + 1, length)]
        assert sorted(sequences[: len(windows)]) == sorted(windows)


def test_tokens_of_olmo_are_those_of_the_store(full, store, tmp_path):
    exported(full, store, tmp_path / "out", "olmo")
    shards = sorted(store.folder.glob("tokens-*.bin"))
    stored = b"".join(path.read_bytes() for path in shards)
    assert (tmp_path / "out" / "part-00000.npy").read_bytes() == stored


def test_what_loads_the_export_is_printed(full, store, tmp_path):
    done = export(full, store, tmp_path / "out", "--format", "olmo")
    dtype = "uint16" if store.vocab_size <= 1 << 16 else "uint32"
    assert f"tokens are {dtype}" in done.stdout
    assert f"dtype=NumpyDatasetDType.{dtype}," in done.stdout
    assert f'paths=["{tmp_path}/out/part-*.npy"]' in done.stdout
