"""Names that look like numbers were read as numbers, and were then other names.

Sources 01 and 1 became one, 001 became 1 and had no price, and NA was no name.
"""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

import assay
from assay.cli import main

_PAIRS = [("01", "1"), ("001", "1"), ("1e3", "1000"), ("true", "false"), ("NA", "1")]
_PAIRS += [("2024-01-01", "2024-01-02"), ("1.0", "1"), ("nan", "2"), ("0x10", "16")]


def _runs(names):
    tokens = [1e6 * 2.0**rung for rung in range(6)]
    return pd.DataFrame(
        {
            "source": [name for name in names for _ in tokens],
            "tokens": 2 * tokens,
            "loss": [2.0 + 0.1 * k + 40.0 * t**-0.3 for k in range(2) for t in tokens],
        }
    )


def _as_csv(frame, folder):
    frame.to_csv(folder / "runs.csv", index=False)
    return folder / "runs.csv"


def _as_quoted_csv(frame, folder):
    csv.write_csv(pa.table(frame), folder / "runs.csv")
    return folder / "runs.csv"


def _as_parquet(frame, folder):
    parquet.write_table(pa.table(frame), folder / "runs.parquet")
    return folder / "runs.parquet"


def _as_frame(frame, folder):
    return frame


def _as_polars(frame, folder):
    return pl.DataFrame(frame.to_dict("list"))


@pytest.mark.parametrize("names", _PAIRS)
@pytest.mark.parametrize("form", [_as_csv, _as_quoted_csv, _as_parquet, _as_frame, _as_polars])
def test_names_stay_as_they_are_written(tmp_path, form, names):
    runs = form(_runs(names), tmp_path)
    fits = assay.fit(runs, resamples=0)
    assert tuple(fits) == names
    assert [len(fit.points) for fit in fits.values()] == [6, 6]


@pytest.mark.parametrize("names", _PAIRS)
def test_names_match_a_price_sheet(tmp_path, capsys, names):
    _as_csv(_runs(names), tmp_path)
    prices = tmp_path / "prices.toml"
    prices.write_text(
        "params = 1e9\nprices = { gpu_hour = 2.0, peak_flops = 1e15 }\n"
        + "".join(f'[[source]]\nname = "{name}"\ncost = {{ kind = "raw" }}\n' for name in names)
    )
    options = ["--prices", str(prices), "--at", "1 USD", "--resamples", "20"]
    assert main(["compare", str(tmp_path / "runs.csv"), *options]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in names)


def test_runs_and_seeds_are_names_and_budgets_are_numbers(tmp_path):
    frame = _runs(("a", "b"))
    frame = pd.concat([frame, frame]).assign(seed=["01"] * 12 + ["1"] * 12)
    frame["tokens"] = [f"{t:.0f}" if k < 12 else f"{t:e}" for k, t in enumerate(frame["tokens"])]
    fits = assay.fit(_as_csv(frame, tmp_path), seed="seed", run="seed", resamples=0)
    assert set(fits["a"].points.run.tolist()) == {"01", "1"}
    assert len(set(fits["a"].points.columns["tokens"].tolist())) == 6
    frame = frame.assign(seed="1")
    fits = assay.fit(_as_csv(frame, tmp_path), seed="seed", resamples=0)
    assert len(fits["a"].points) == 6


def test_days_are_named_by_their_date(tmp_path):
    frame = _runs(("2024-01-01", "2024-01-02"))
    frame["source"] = pd.to_datetime(frame["source"])
    assert list(assay.fit(frame, resamples=0)) == ["2024-01-01", "2024-01-02"]


def test_a_file_without_a_name_is_still_refused(tmp_path):
    with pytest.raises(assay.DataError, match='row 1, column "source": found no name'):
        assay.fit(_as_csv(_runs(("", "1")), tmp_path), resamples=0)
