import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from assay.errors import DataError
from assay.ingest import Runs, read_runs

COLUMNS = {"source": ["a", "b"], "tokens": [16000, 32000], "loss": [5.5, 5.25]}


def check(runs):
    assert len(runs) == 2
    assert runs.texts("source").tolist() == ["a", "b"]
    np.testing.assert_array_equal(runs.numbers("tokens"), [16000.0, 32000.0])
    np.testing.assert_array_equal(runs.numbers("loss"), [5.5, 5.25])


@pytest.mark.parametrize("build", [dict, pa.table, pd.DataFrame, pl.DataFrame, Runs])
def test_tables_in_memory(build):
    check(read_runs(build(COLUMNS)))


def test_files(tmp_path):
    pd.DataFrame(COLUMNS).to_csv(tmp_path / "runs.csv", index=False)
    parquet.write_table(pa.table(COLUMNS), tmp_path / "runs.parquet")
    check(read_runs(tmp_path / "runs.csv"))
    (tmp_path / "runs.csv").rename(tmp_path / "RUNS.CSV")
    check(read_runs(tmp_path / "RUNS.CSV"))
    check(read_runs(str(tmp_path / "runs.parquet")))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent\.csv: there is no such file"):
        read_runs(tmp_path / "absent.csv")


@pytest.mark.parametrize(("name", "data"), [("a.parquet", b"not parquet"), ("a.csv", b"a,b\n1\n")])
def test_a_damaged_file_is_named(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DataError, match=f"{name}: not a readable"):
        read_runs(path)


def test_other_suffixes_and_objects_are_refused(tmp_path):
    with pytest.raises(DataError, match=r'found the suffix "\.txt"'):
        read_runs(tmp_path / "runs.txt")
    with pytest.raises(DataError, match="cannot read runs from int"):
        read_runs(3)
