"""Stages over tables, from every package that hands tables over."""

import pickle

import numpy as np
import polars
import pyarrow as pa
import pytest

from assay.corpus import Stages
from assay.errors import DataError, RecipeError

TEXTS = ["a house by the sea", "short", "A house, by the sea!", "another house on the hill"]
LENGTH = {"rule": "length", "min_words": 3}


@pytest.fixture
def table():
    """Four documents: one too short, one that repeats another in other letters."""
    return pa.table(
        {
            "id": pa.array(["a", "b", "c", "d"]),
            "text": pa.array(TEXTS, pa.large_string()),
            "meta": pa.array([{"score": i, "tags": ["x"] * i} for i in range(4)]),
        }
    )


def test_rows_that_stay_keep_all_their_columns(table):
    kept = Stages(filters=[LENGTH], exact=True)(table)
    assert kept.schema == table.schema
    assert kept.to_pylist() == table.take([0, 3]).to_pylist()


def test_every_row_is_accounted_for(table):
    kept, decisions = Stages(filters=[LENGTH], exact=True).judge(table)
    assert decisions.column_names == ["number", "id", "stage", "verdict", "reason", "detail"]
    rows = decisions.to_pylist()
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert [row["verdict"] for row in rows] == ["kept", "dropped", "dropped", "kept"]
    assert (rows[1]["stage"], rows[1]["reason"]) == ("filter:length", "too-few-words")
    assert (rows[2]["stage"], rows[2]["reason"]) == ("exact", "duplicate")
    assert sum(row["verdict"] != "dropped" for row in rows) == len(kept)


def test_numbers_go_on_over_the_chunks_of_a_table(table):
    chunked = pa.concat_tables([table, table])
    _, decisions = Stages(filters=[LENGTH]).judge(chunked)
    assert decisions["number"].to_pylist() == list(range(1, 9))


def test_a_changed_text_replaces_the_old_one():
    table = pa.table({"text": ["write to jane@example.com", "nothing"], "n": [1, 2]})
    kept, decisions = Stages(filters=["pii"]).judge(table)
    assert "jane" not in kept["text"][0].as_py()
    assert kept["n"].to_pylist() == [1, 2]
    assert decisions["verdict"].to_pylist() == ["changed", "kept"]


def test_evaluation_text_is_found(tmp_path, table):
    words = " ".join(f"w{i}" for i in range(20))
    (tmp_path / "eval.jsonl").write_text(f'{{"text": "{words}"}}\n')
    stages = Stages(evals={"target": "eval.jsonl"}, base=tmp_path)
    texts = pa.table({"text": [f"before {words} after", "something else"]})
    kept, decisions = stages.judge(texts)
    assert kept["text"].to_pylist() == ["something else"]
    assert decisions["stage"].to_pylist() == ["decontaminate", None]


def test_duplicates_are_remembered_between_calls_but_not_by_copies(table):
    stages = Stages(exact=True)
    copy = pickle.loads(pickle.dumps(stages))
    assert len(stages(table)) == 3
    assert len(stages(table)) == 0
    assert len(copy(table)) == 3


@pytest.mark.parametrize(
    "convert",
    [
        lambda table: table,
        lambda table: table.combine_chunks().to_batches()[0],
        lambda table: table.to_reader(),
        polars.from_arrow,
        lambda table: table.to_pandas(),
    ],
    ids=["table", "batch", "reader", "polars", "pandas"],
)
def test_every_kind_of_table_is_taken(table, convert):
    plain = table.select(["id", "text"])
    kept = Stages(filters=[LENGTH], exact=True)(convert(plain))
    assert kept["id"].to_pylist() == ["a", "d"]
    assert polars.from_arrow(kept)["text"].to_list() == [TEXTS[0], TEXTS[3]]


def test_an_empty_table_stays_empty(table):
    kept, decisions = Stages(filters=[LENGTH]).judge(table.slice(0, 0))
    assert kept.schema == table.schema
    assert len(kept) == len(decisions) == 0


def test_what_is_no_table_is_refused():
    with pytest.raises(DataError, match="list is no table"):
        Stages()([1])
    with pytest.raises(DataError, match="text"):
        Stages()(pa.table({"body": ["a"]}))
    with pytest.raises(RecipeError, match="no-such-rule"):
        Stages(filters=["no-such-rule"])
    with pytest.raises(RecipeError, match=r"^stages: length is without bounds"):
        Stages(filters=["length"])
    with pytest.raises(RecipeError, match="see all documents"):
        Stages(near={"keep": "longest"})


def test_a_row_without_a_text_raises_or_is_rejected():
    table = pa.table({"text": ["one", None]})
    with pytest.raises(DataError, match="2"):
        Stages()(table)
    kept, decisions = Stages(on_bad_row="reject").judge(table)
    assert kept["text"].to_pylist() == ["one"]
    assert decisions["verdict"].to_pylist() == ["kept", "rejected"]


def test_the_old_name_of_near_is_taken():
    texts = [" ".join(f"w{i}" for i in range(start, 200)) for start in (0, 1)]
    both = pa.table({"text": texts})
    for name in ("near", "minhash"):
        for settings in (True, {}):
            _, decisions = Stages(**{name: settings}).judge(both)
            assert decisions["stage"].to_pylist() == [None, "near"]
    with pytest.raises(RecipeError, match="leave minhash out"):
        Stages(near=True, minhash=True)


def test_duckdb_relations_are_taken(table):
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.arrow(table.select(["id", "text"]))
    assert Stages(filters=[LENGTH])(relation)["id"].to_pylist() == ["a", "c", "d"]


def test_paths_and_numbers_of_numpy_are_settings(tmp_path, table):
    path = tmp_path / "eval.jsonl"
    path.write_text('{"text": "nothing of it"}\n')
    Stages(evals={"guard": path}, near={"threshold": np.float64(0.8)}, seed=np.int64(3))(table)


def test_the_columns_of_a_table_are_no_batches(table):
    with pytest.raises(DataError, match="ChunkedArray is no table"):
        list(Stages(exact=True).batches(table))


@pytest.mark.parametrize("argument", ["text", "id"])
def test_an_empty_column_is_named_by_its_argument(argument):
    with pytest.raises(RecipeError, match=rf"^{argument} is empty, expected the name of a column"):
        Stages(exact=True, **{argument: ""})
