import numpy as np
import pytest

from assay.errors import DataError, FitError
from assay.fitting.points import Points, are_shares, cells, once, points_by_source, require
from assay.ingest import Runs
from assay.laws import make

RUNS = Runs(
    {
        "source": ["b", "a", "b", "a", "a"],
        "tokens": [2, 2, 1, 1, 2],
        "loss": [3.0, 4.0, 3.5, 4.5, 4.1],
        "steps": [20, 20, 10, 10, 20],
        "seed": [0, 0, 0, 0, 1],
    }
)


def split(runs=RUNS, **options):
    return points_by_source(
        runs, **({"x": ["tokens"], "y": "loss", "source": "source", "run": None} | options)
    )


def test_sources_are_split_and_sorted_by_their_predictors():
    sources = split(facts=("steps", "epochs"))
    assert list(sources) == ["b", "a"]
    assert sources["a"].columns["tokens"].tolist() == [1, 2, 2]
    assert sources["a"].columns["steps"].tolist() == [10, 20, 20]
    assert sources["a"].y.tolist() == [4.5, 4.0, 4.1]
    assert list(sources["a"].columns) == ["tokens", "steps"]


def test_without_a_source_column_all_rows_are_one_source():
    assert len(split(source=None)["all"]) == 5


def test_replicates_share_a_cell():
    groups = cells(split()["a"], ["tokens"])
    assert [(cell.x.tolist(), cell.rows.tolist()) for cell in groups] == [([1], [0]), ([2], [1, 2])]


def test_rows_listed_twice_are_counted_once():
    twice = Runs({name: np.append(v, v[-1]) for name, v in RUNS.columns.items()})
    kept, repeats = once(twice, list(twice.columns))
    assert (len(kept), repeats) == (5, 1)
    assert once(RUNS, ["source", "tokens", "seed"])[1] == 0


def test_a_bad_loss_names_its_row():
    runs = Runs({"source": ["a", "a"], "tokens": [1, 2], "loss": [3.0, 0.0]})
    with pytest.raises(DataError, match=r'row 2, column "loss": found 0\.0'):
        split(runs)


def test_one_scale_and_too_few_settings_are_refused():
    one = Points("a", {"tokens": np.full(5, 2.0)}, np.ones(5), np.arange(5).astype(str))
    with pytest.raises(FitError, match='"a": all runs have tokens = 2'):
        require(make("power"), one, ["tokens"])
    with pytest.raises(FitError, match=r"found 2 different settings of tokens.*3 parameters"):
        require(make("power"), split()["a"], ["tokens"])


def test_points_survive_json_and_their_digest_tells_data_apart():
    points = split()["a"]
    again = Points.from_dict(points.to_dict())
    assert again.digest == points.digest
    assert points.take(np.array([0, 1])).digest != points.digest


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([[0.3, 0.0], [0.7, 1.0]], True),
        ([[0.333, 0.1], [0.6674, 0.2]], True),
        ([[0.3, 0.5], [0.9, 0.5]], False),
        ([[-0.1, 0.5], [0.9, 0.5]], False),
        ([[1e6, 2e6], [1.0, 2.0]], False),
        ([[0.5, 0.5]], False),
    ],
)
def test_shares_are_told_from_sizes(columns, expected):
    assert are_shares([np.array(column) for column in columns]) is expected
