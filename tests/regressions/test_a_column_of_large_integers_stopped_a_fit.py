"""A column that no fit reads ended in an error: integers above 2^63, objects, bytes, lists."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import assay

_UNUSED = {
    "integers above 2^63": [2**63 + row for row in range(6)],
    "integers above 2^64": [2**64 + row for row in range(6)],
    "integers of any size": [10**400, -1, 2**63, 2, 3, 4],
    "anything": [1, "a", None, 2.5, b"\xff", [1]],
    "objects": [object()] * 6,
    "bytes": [b"\xff"] * 6,
    "lists": [[1], [2, 3], [], [4], [5], [6]],
    "complex numbers": [1j] * 6,
}


@pytest.mark.parametrize("values", _UNUSED.values(), ids=_UNUSED.keys())
@pytest.mark.parametrize("build", [dict, pd.DataFrame, pl.DataFrame])
def test_an_unused_column_changes_nothing(ladder, build, values):
    strict = {"strict": False} if build is pl.DataFrame else {}
    runs = build(ladder | {"source": ["a"] * 6, "note": values}, **strict)
    assert assay.fit(runs, resamples=0) == assay.fit(ladder, resamples=0)


def test_an_unused_column_in_a_file_changes_nothing(ladder, tmp_path):
    frame = pd.DataFrame(ladder | {"hash": [2**64 + row for row in range(6)]})
    frame.to_csv(tmp_path / "runs.csv", index=False)
    assert assay.fit(tmp_path / "runs.csv", resamples=0) == assay.fit(ladder, resamples=0)


@pytest.mark.parametrize(
    "unused",
    [
        np.ones((6, 2)),
        np.ma.masked_array([1] * 6, mask=[0, 1, 0, 0, 0, 0]),
        pa.UnionArray.from_sparse(pa.array([0] * 6, pa.int8()), [pa.array([1] * 6)]),
    ],
    ids=["two dimensions", "masked", "union"],
)
def test_an_unused_column_of_no_values_changes_nothing(ladder, unused):
    table = ladder | {"note": unused}
    runs = pa.table(table) if isinstance(unused, pa.Array) else table
    assert assay.fit(runs, resamples=0) == assay.fit(ladder, resamples=0)


@pytest.mark.parametrize("build", [dict, pd.DataFrame])
def test_a_number_beyond_all_floats_is_named_with_its_row(ladder, build):
    tokens = [*(int(t) for t in ladder["tokens"][:5]), 10**400]
    with pytest.raises(assay.DataError, match=r'row 6, column "tokens": found 1000.*, expected'):
        assay.fit(build(ladder | {"tokens": tokens}), resamples=0)


def test_a_column_that_cannot_be_read_is_named_where_it_is_asked_for(ladder):
    with pytest.raises(assay.DataError, match=r'column "size" has the shape \(6, 2\), expected'):
        assay.fit(ladder | {"size": np.ones((6, 2))}, x="size", resamples=0)


def test_a_header_that_is_no_text_is_refused_by_the_name_of_its_file(tmp_path):
    (tmp_path / "runs.csv").write_bytes(b"tokens,loss,\xff\n1,2,3\n")
    with pytest.raises(assay.DataError, match=r"runs\.csv: the name of a column is not text"):
        assay.read_runs(tmp_path / "runs.csv")


def test_a_loss_below_all_normal_numbers_is_named_with_its_row(ladder):
    with pytest.raises(assay.DataError, match='row 6, column "loss": found 5e-324, expected'):
        assay.fit(ladder | {"loss": [*ladder["loss"][:5], 5e-324]}, resamples=20)
