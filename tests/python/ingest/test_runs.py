import numpy as np
import pytest

from assay.errors import DataError
from assay.ingest import Runs


def test_columns_are_copied_and_read_only():
    tokens = np.array([1, 2])
    runs = Runs({"tokens": tokens})
    tokens[0] = 9
    assert runs["tokens"][0] == 1
    with pytest.raises(ValueError, match="read-only"):
        runs["tokens"][0] = 3


def test_read_only_input_and_large_integers_are_fine():
    tokens = np.array([2**62, 1])
    tokens.flags.writeable = False
    assert Runs({"tokens": tokens}).numbers("tokens")[0] == 2.0**62


def test_an_unknown_column_lists_those_there_are():
    with pytest.raises(DataError, match='no column "loss", found tokens, source'):
        Runs({"tokens": [1], "source": ["a"]})["loss"]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 0.0, -1.0, None, "x"])
def test_a_bad_number_is_named_by_row_and_column(bad):
    runs = Runs({"loss": [2.0, bad, 3.0]}, "runs.csv")
    with pytest.raises(DataError, match=r'runs\.csv: row 2, column "loss": found .* positive'):
        runs.numbers("loss", positive=True)


@pytest.mark.parametrize("columns", [{}, {"a": [1], "b": [1, 2]}, {"a": [[1, 2]]}, {"a": []}])
def test_tables_without_rows_or_of_uneven_columns_are_refused(columns):
    with pytest.raises(DataError, match="the table"):
        Runs(columns)
