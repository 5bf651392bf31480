"""What real tables get wrong, and what is said about it: by the functions and the command line."""

import json
from importlib import import_module

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import assay
from assay.cli import main
from assay.fitting.points import points_by_source
from assay.ingest import Runs

TOKENS = 1e6 * 2.0 ** np.arange(6)
LAWS = {"a": (2.0, 40.0, 0.3), "b": (2.1, 50.0, 0.31)}
SHAPES = [(n, d) for n in (10**9, 2 * 10**9, 4 * 10**9) for d in (10**10, 10**11, 10**12, 10**13)]


def table(**changes):
    """Six budgets of two sources."""
    wobble = 1.0 + 1e-3 * np.array([1, -1, 1, -1, 1, -1])
    losses = [(floor + a * TOKENS**-alpha) * wobble for floor, a, alpha in LAWS.values()]
    columns = {
        "source": np.repeat(["a", "b"], 6),
        "tokens": np.tile(TOKENS, 2),
        "loss": np.concatenate(losses),
    }
    return columns | changes


def surface(unit=1):
    """Two sources in parameters and tokens, whole numbers; ``unit`` divides the tokens."""
    params, tokens = (np.array(column, dtype=np.int64) for column in zip(*SHAPES, strict=True))
    loss = 1.7 + 400.0 * params**-0.33 + 410.0 * tokens**-0.28
    return {
        "source": np.repeat(["a", "b"], len(SHAPES)),
        "params": np.tile(params, 2),
        "tokens": np.tile(tokens / unit if unit > 1 else tokens, 2),
        "loss": np.concatenate([loss, 1.01 * loss]) * (1.0 + 1e-3 * np.tile([1, -1], len(SHAPES))),
    }


def changed(name, row, value):
    columns = table()
    values = columns[name].astype(object)
    values[row] = value
    return columns | {name: values}


def codes(fits):
    return [{flag.code for flag in fit.warnings} for fit in fits.values()]


def fit(runs, **options):
    return assay.fit(runs, **({"resamples": 20} | options))


def command_line(capsys, tmp_path, verb, runs, *arguments):
    path = tmp_path / "runs.csv"
    pd.DataFrame(runs).to_csv(path, index=False)
    code = main([verb, str(path), "--resamples", "20", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -1.0, None, "many"])
@pytest.mark.parametrize("name", ["loss", "tokens"])
@pytest.mark.parametrize("function", [fit, assay.backtest])
def test_what_is_no_positive_number_is_named_with_its_row(function, name, value):
    with pytest.raises(assay.DataError, match=rf'row 4, column "{name}": found {value}, expected'):
        function(changed(name, 3, value), resamples=20)


@pytest.mark.parametrize("verb", ["fit", "compare", "backtest"])
@pytest.mark.parametrize("value", [float("nan"), 0.0, -1.0])
def test_the_command_line_names_it_too(capsys, tmp_path, verb, value):
    code, out, err = command_line(capsys, tmp_path, verb, changed("loss", 3, value))
    assert (code, out) == (3, "")
    assert 'runs.csv: row 4, column "loss": found' in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "convert",
    [
        pd.DataFrame,
        pl.DataFrame,
        pa.table,
        lambda columns: pd.DataFrame(columns).astype({"source": "category"}),
        lambda columns: pl.DataFrame(columns).with_columns(pl.col("source").cast(pl.Categorical)),
    ],
    ids=["pandas", "polars", "arrow", "pandas category", "polars category"],
)
def test_tables_of_every_kind_give_the_same_fit(convert):
    expected = {name: f.params for name, f in fit(table(), resamples=0).items()}
    assert {name: f.params for name, f in fit(convert(table()), resamples=0).items()} == expected


def test_a_missing_value_of_a_table_is_named_with_its_row():
    runs = pd.DataFrame(table()).astype({"tokens": "Int64"})
    runs.loc[3, "tokens"] = None
    with pytest.raises(assay.DataError, match='row 4, column "tokens"'):
        fit(runs)


def test_read_only_arrays_are_read_and_left_alone():
    runs = table()
    for values in runs.values():
        values.flags.writeable = False
    before = {name: values.copy() for name, values in runs.items()}
    assert set(fit(runs)) == {"a", "b"}
    assert all(np.array_equal(runs[name], before[name]) for name in runs)


def test_whole_numbers_whose_compute_is_beyond_64_bits_are_taken_as_they_are():
    runs = surface()
    compute = 6 * int(runs["params"].max()) * int(runs["tokens"].max())
    assert compute > np.iinfo(np.int64).max
    assert runs["params"].dtype == runs["tokens"].dtype == np.int64
    fits = fit(runs, x=["params", "tokens"], law="chinchilla")
    floats = {name: v.astype(float) for name, v in runs.items() if name != "source"}
    twin = fit(runs | floats, x=["params", "tokens"], law="chinchilla")
    assert fits["a"].params == twin["a"].params
    assert assay.compare(fits).deciding.at == pytest.approx(compute)
    assert assay.compare(fits).verdict.source == "a"


def test_too_few_points_are_refused_by_name():
    two = {name: values[:2] for name, values in table().items()}
    with pytest.raises(assay.FitError, match=r'"a": found 2 different settings of tokens.*3 param'):
        fit(two)


def test_one_scale_is_refused_by_name(capsys, tmp_path):
    runs = table(tokens=np.full(12, 1e6))
    with pytest.raises(assay.FitError, match=r'"a": all runs have tokens = 1e\+06'):
        fit(runs)
    code, _, err = command_line(capsys, tmp_path, "compare", runs)
    assert code == 3
    assert "add runs at other values of tokens" in err


def test_runs_listed_twice_are_counted_once_with_a_warning():
    twice = fit({name: np.tile(values, 2) for name, values in table().items()})
    assert codes(twice) == [{"duplicate-runs"}] * 2
    assert [len(f.points) for f in twice.values()] == [6, 6]
    assert [f.draws.tolist() for f in twice.values()] == [
        f.draws.tolist() for f in fit(table()).values()
    ]


@pytest.mark.parametrize("argument", ["x", "y", "source", "run", "seed"])
def test_an_unknown_column_is_named_with_those_there_are(capsys, tmp_path, argument):
    with pytest.raises(assay.DataError, match='no column "nope", found source, tokens, loss'):
        fit(table(), **{argument: "nope"})
    code, _, err = command_line(capsys, tmp_path, "fit", table(), f"--{argument}", "nope")
    assert code == 3
    assert 'no column "nope", found source, tokens, loss' in err


@pytest.mark.parametrize("x", [[], ["tokens", "tokens"], ["tokens", "loss"]])
@pytest.mark.parametrize("function", [fit, assay.backtest])
def test_columns_that_make_no_law_are_refused(function, x):
    with pytest.raises(assay.FitError, match="name one or more columns as x"):
        function(table(), x=x, resamples=20)


@pytest.mark.parametrize("column", ["evaluation", "evaluation_sha256"])
def test_losses_on_mixed_evaluation_sets_are_refused(column):
    runs = table(**{column: np.repeat(["one", "other"], 6)})
    with pytest.raises(assay.DataError, match="2 different evaluation sets"):
        fit(runs)


@pytest.mark.parametrize("y", ["loss", "loss_c4", "nll"])
def test_a_loss_of_300_is_doubted(y):
    runs = table()
    runs[y] = 150.0 * runs["loss"]
    assert all("implausible-loss" in found for found in codes(fit(runs, y=y)))


def test_a_loss_in_nats_is_not_doubted():
    assert codes(fit(table())) == [set(), set()]


@pytest.mark.parametrize("perplexity", [14.0, 24.0])
def test_perplexities_are_doubted(perplexity):
    runs = table()
    runs["loss"] *= perplexity / runs["loss"][0]
    flags = fit(runs)["a"].warnings
    assert any(f"{perplexity:g} nats per token" in flag.message for flag in flags)


@pytest.mark.parametrize("most", [100, 1600, 50_000])
def test_tokens_that_must_be_millions_are_doubted(most):
    runs = table()
    runs["tokens"] *= most / runs["tokens"].max()
    assert all("implausible-tokens" in found for found in codes(fit(runs)))


def test_models_of_several_sizes_under_tokens_alone_are_refused():
    runs = surface()
    message = r'source "a" has models of \d+ sizes \(column params\).*--x params,tokens'
    for verb in (fit, assay.backtest):
        with pytest.raises(assay.FitError, match=message):
            verb(runs, x="tokens")
    one_size = table(model_size=np.full(12, 7e9))
    assert codes(fit(one_size)) == codes(fit(table()))
    a_size_each = table(model_size=np.repeat([7e9, 1e9], 6))
    assert all("mixed-model-sizes" in found for found in codes(fit(a_size_each)))


def test_a_cap_in_billions_is_refused(tmp_path):
    sheet = tmp_path / "prices.toml"
    sheet.write_text(
        "params = 1_000_000\n[prices]\ngpu_hour = 2.0\npeak_flops = 1e15\n"
        "utilisation_train = 0.4\nutilisation_generate = 0.1\n"
        '[[source]]\nname = "a"\ncost = { kind = "raw" }\ncap = 50\n'
        '[[source]]\nname = "b"\ncost = { kind = "raw" }\n'
    )
    fits = fit(table())
    message = r"a: its cap allows anneals of 200 tokens at most, and its smallest run .* 1,000,000"
    with pytest.raises(assay.FitError, match=message):
        assay.compare(fits, cost=assay.read_prices(sheet))


def test_tokens_in_billions_are_doubted():
    runs = table()
    small = fit(runs | {"tokens": runs["tokens"] / 1e6})
    both = fit(surface(unit=1e11), x=["params", "tokens"])
    assert all("implausible-tokens" in found for found in codes(small) + codes(both))


@pytest.mark.parametrize(
    ("column", "unit", "doubted"),
    [
        ("tokens", 1.0, set()),
        ("tokens", 1e6, {"implausible-tokens"}),
        ("tokens", 1e9, {"implausible-tokens"}),
        ("params", 1e6, {"implausible-params"}),
        ("params", 1e9, {"implausible-params"}),
    ],
)
def test_sizes_in_other_units_are_doubted(column, unit, doubted):
    runs = surface()
    twenty = 20 * runs["params"] * np.tile([0.2, 0.5, 0.8, 1], 6)
    runs |= {"tokens": twenty, "loss": 1.7 + 400 * runs["params"] ** -0.3 + 400 * twenty**-0.28}
    fits = fit(runs | {column: runs[column] / unit}, x=["params", "tokens"], law="chinchilla")
    for found in codes(fits):
        assert {code for code in found if code.startswith("implausible")} == doubted


def test_proportions_of_a_mixture_may_be_zero_and_nothing_else_may():
    runs = Runs({"web": [0.0, 0.5, 1.0], "books": [1.0, 0.5, 0.0], "loss": [3.0, 2.8, 3.1]})
    options = {"x": ["web", "books"], "y": "loss", "source": None, "run": None}
    points = points_by_source(runs, shares=True, **options)["all"]
    assert sorted(points.columns["web"].tolist()) == [0.0, 0.5, 1.0]
    with pytest.raises(assay.DataError, match=r'row 1, column "web": found 0\.0'):
        points_by_source(runs, **options)


@pytest.mark.parametrize("value", [-0.1, 1.2])
def test_proportions_lie_between_zero_and_one(value):
    runs = Runs({"web": [0.5, value], "books": [0.5, 0.5], "loss": [3.0, 2.8]})
    with pytest.raises(assay.DataError, match=r'row 2, column "web".* share from 0 to 1'):
        points_by_source(runs, x=["web", "books"], y="loss", source=None, run=None, shares=True)


@pytest.mark.parametrize("value", [None, float("nan"), ""])
def test_a_row_without_a_source_is_named(value):
    with pytest.raises(assay.DataError, match=r'row 3, column "source": found no name'):
        assay.fit(changed("source", 2, value), resamples=0)


def test_a_series_is_not_a_table():
    with pytest.raises(assay.DataError, match="cannot read Series as a table"):
        assay.read_runs(pd.Series([1.0, 2.0]))


@pytest.mark.parametrize("tokens", [0.0, -1e6, float("nan"), float("inf")])
def test_a_prediction_where_no_run_can_be_is_refused(tokens):
    fits = assay.fit(table(), law="power", resamples=0)
    with pytest.raises(assay.FitError, match="tokens holds a value that is not a positive"):
        fits["a"].predict({"tokens": [1e6, tokens]}, interval=None)


def test_a_prediction_of_uneven_columns_is_refused():
    fits = assay.fit(surface(), x=["params", "tokens"], law="chinchilla", resamples=0)
    with pytest.raises(assay.FitError, match="differ in length: params 2, tokens 3"):
        fits["a"].value({"params": [1e9, 2e9], "tokens": [1e10, 1e11, 1e12]})


@pytest.mark.parametrize("function", [assay.fit, assay.backtest])
@pytest.mark.parametrize("resamples", [-1, 2.5, True, None, "many"])
def test_resamples_are_a_count(function, resamples):
    with pytest.raises(assay.FitError, match=r"resamples is .*, expected .*(0|2) or more"):
        function(table(), resamples=resamples)


@pytest.mark.parametrize("function", [assay.fit, assay.backtest])
@pytest.mark.parametrize("delta", [0.0, -1.0, float("nan"), float("inf"), "small", True])
def test_a_delta_that_is_no_positive_number_is_refused(function, delta):
    with pytest.raises(assay.FitError, match="expected a positive number"):
        function(table(), delta=delta, resamples=0)


@pytest.mark.parametrize("random_state", [None, 1.5, "seed"])
def test_a_random_state_is_a_whole_number(random_state):
    with pytest.raises(assay.FitError, match=r"random_state is .*, expected a whole number"):
        fit(table(), random_state=random_state)


def test_numbers_of_numpy_are_taken_and_written_as_any():
    given = fit(table(), resamples=np.int64(20), random_state=np.int32(3), delta=np.float32(0.25))
    assert given == fit(table(), resamples=20, random_state=3, delta=0.25)
    json.dumps(given.to_dict())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"y": ["loss"]}, r"y is \['loss'\], expected a name"),
        ({"y": None}, "y is None, expected a name"),
        ({"source": False}, "source is False, expected a name"),
        ({"run": ["tokens"]}, r"run is \['tokens'\], expected a name"),
        ({"objective": "mse"}, 'no objective "mse": use huber or huber-loss'),
        ({"objective": ["huber"]}, r"objective is \['huber'\], expected a name"),
        ({"anchor": "6"}, "anchor, the loss of the base, is '6', expected a positive number"),
        ({"anchor": True}, "anchor, the loss of the base, is True"),
        ({"anchor": -1.0, "law": "power"}, r"anchor, the loss of the base, is -1\.0"),
        ({"x": ["tokens", "size"]}, "and tokens would be taken for params"),
        ({"x": ["size", "params"]}, "and params would be taken for tokens"),
    ],
)
@pytest.mark.parametrize("function", [fit, assay.backtest])
def test_what_an_argument_cannot_be_is_named(function, options, said):
    runs = table(size=np.tile(TOKENS, 2), params=np.tile(TOKENS, 2))
    with pytest.raises(assay.FitError, match=said):
        function(runs, **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"level": 95}, "level is 95, expected a number between 0 and 1"),
        ({"level": "0.9"}, "level is '0.9', expected"),
        ({"level": None}, "level is None, expected"),
        ({"resamples": 1}, "resamples is 1, expected a whole number, 2 or more"),
    ],
)
def test_a_back_test_is_refused_before_its_fits(monkeypatch, options, said):
    monkeypatch.delattr(import_module("assay.fitting.back_test"), "fit_points")
    with pytest.raises(assay.FitError, match=said):
        assay.backtest(table(), **options)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ({}, "has no columns"),
        ({"tokens": 1e6, "loss": [2.0]}, 'column "tokens" is one float, expected a value for each'),
        ({"source": "a", "loss": [2.0]}, 'column "source" is one str, expected a value for each'),
        ({"tokens": [[1.0, 2.0], [1.0]]}, 'column "tokens" is no column'),
    ],
)
def test_what_is_no_table_is_refused(runs, said):
    with pytest.raises(assay.DataError, match=said):
        assay.read_runs(runs)


@pytest.fixture(scope="module")
def fits():
    return fit(table())


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    path = tmp_path_factory.mktemp("prices") / "prices.toml"
    path.write_text("""
params = 1e8
prices = { gpu_hour = 2.0, peak_flops = 1e15 }
source = [{ name = "a", cost = { kind = "raw" } }, { name = "b", cost = { kind = "raw" } }]
""")
    return assay.read_prices(path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at": [1e9]}, r"at, the amount to decide at, is \[1000000000\.0\], expected a positive"),
        ({"at": np.array([1e9, 2e9])}, "at, the amount to decide at, is array"),
        ({"at": True}, "at, the amount to decide at, is True"),
        ({"at": {"tokens": "1e9"}}, r"""at\["tokens"\] is '1e9', expected a positive number"""),
        ({"at": {1: 1e9}}, "at has 1: give params or an amount of usd"),
        ({"control": ["a"]}, r"control is \['a'\], expected a name"),
        ({"control": ""}, 'the control "" was not fitted'),
        ({"confidence": 95}, "confidence is 95, expected a number between 0 and 1"),
        ({"confidence": "0.95"}, "confidence is '0.95', expected"),
        ({"cost": {"a": 1.0, "b": 2.0}}, r"the price of a is 1\.0, expected .*read_prices"),
    ],
)
def test_what_cannot_decide_is_named(fits, options, said):
    with pytest.raises(assay.FitError, match=said):
        assay.compare(fits, **options)


@pytest.mark.parametrize("junk", [table(), {"a": 1, "b": 2}, 3])
def test_what_is_no_fit_is_not_compared(junk):
    with pytest.raises(assay.FitError, match=r"found (ndarray|int), expected fits by source"):
        assay.compare(junk)


def test_tokens_may_be_written_out_and_are_no_money(fits, prices):
    assert assay.compare(fits, at="1e9 tokens") == assay.compare(fits, at={"tokens": 1e9})
    for at in ("1e9 tokens", {"tokens": 1e9}, {"cost": 3.0}):
        with pytest.raises(assay.FitError, match="compared in usd, flops, gpu_hours, found"):
            assay.compare(fits, at=at, cost=prices)


@pytest.mark.parametrize("source", [None, {"params": 1e8}, 3])
def test_a_price_sheet_is_given_by_its_path(source):
    with pytest.raises(assay.StudyError, match=r"the price sheet is \w+, expected the path"):
        assay.read_prices(source)


WHERE = {"tokens": [1e8, 2e8]}


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"count": 0}, assay.FitError, "count is 0, expected a whole number, 1 or more"),
        ({"count": 1.5}, assay.FitError, r"count is 1\.5, expected a whole number"),
        ({"cost": "cheap"}, assay.DataError, "cost: not numbers"),
        ({"target": 1e9}, assay.DataError, r"target is 1000000000\.0, expected values by column"),
        ({"candidates": {"tokens": ["many"]}}, assay.DataError, "candidates, tokens: not numbers"),
    ],
)
def test_next_runs_that_cannot_be_are_named(fits, change, error, said):
    options = {"candidates": WHERE, "cost": [1, 2], "target": {"tokens": [1e9]}} | change
    with pytest.raises(error, match=said):
        assay.next_runs(fits["a"], **options)
    with pytest.raises(assay.FitError, match="found Fits, expected the fit of one source"):
        assay.next_runs(fits, **options)


@pytest.mark.parametrize("level", [95, "0.9", True, None])
def test_a_level_is_between_0_and_1(fits, level):
    result = fits["a"]
    with pytest.raises(assay.FitError, match=r"level of an interval is .*, expected a number"):
        result.conf_int(level)
    with pytest.raises(assay.FitError, match=r"level of an interval is .*, expected a number"):
        result.profile("E", level)


def test_a_kind_of_draws_is_mean_or_run(fits):
    with pytest.raises(assay.FitError, match='there is no kind "runs" of prediction'):
        fits["a"].value_draws(WHERE, "runs")


@pytest.mark.parametrize("record", [assay.Comparison, assay.Backtest, assay.Fits])
@pytest.mark.parametrize("values", [None, "text", 3])
def test_what_is_no_result_is_not_read_as_one(record, values):
    with pytest.raises(assay.DataError, match=r"^not a"):
        record.from_dict(values)


def test_axes_are_of_matplotlib(fits):
    with pytest.raises(assay.FitError, match="ax is 'usd', expected matplotlib axes"):
        fits["a"].plot("usd")


@pytest.mark.parametrize("argument", ["x", "law"])
@pytest.mark.parametrize("value", [None, 3, [None]])
def test_columns_and_laws_are_named(argument, value):
    with pytest.raises(assay.FitError, match=f"^{argument} is .*, expected a name or several"):
        fit(table(), **{argument: value})


def test_a_law_named_twice_counts_once():
    assert fit(table(), law=["power", "power"]) == fit(table(), law=["power"])


def test_parameters_and_tokens_that_rise_together_are_doubted():
    runs = surface()
    line = runs | {"tokens": 20 * runs["params"] * np.tile([0.97, 1, 1.03, 1], 6)}
    options = {"x": ["params", "tokens"], "law": "chinchilla"}
    assert not any("one-line" in found for found in codes(fit(runs, **options)))
    fits = fit(line, **options)
    assert all("one-line" in found for found in codes(fits))
    assert "near 20 tokens per parameter" in str(fits["a"])


def columns_named(*names):
    return [pa.array(table()[name]) for name in names]


def test_columns_of_one_name_are_refused(tmp_path):
    frame = pd.DataFrame(table()).set_axis(["source", "tokens", "tokens"], axis="columns")
    names = ["source", "tokens", "loss"]
    twice = pa.table(columns_named(*names, "loss"), [*names, "loss"])
    (tmp_path / "runs.csv").write_text("source,tokens,loss,loss\na,1,2,3\n")
    for runs in (frame, twice, tmp_path / "runs.csv"):
        with pytest.raises(assay.DataError, match=r"(several columns are|column names).*"):
            assay.read_runs(runs)


@pytest.mark.parametrize(
    "values",
    [
        table()["loss"] + 1j,
        np.arange(12).astype("datetime64[D]"),
        np.arange(12).astype("timedelta64[s]"),
    ],
)
def test_complex_numbers_and_dates_are_no_losses(values):
    with pytest.raises(assay.DataError, match=r'row 1, column "loss": found .*, expected'):
        fit(table(loss=values))


def test_text_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_bytes(b"source,tokens,loss\ncaf\xe9,1,2\n")
    with pytest.raises(assay.DataError, match=r'row 1, column "source": .*save the table as UTF-8'):
        fit(path)


def test_one_seed_with_two_losses_is_said():
    runs = {name: np.tile(values, 2) for name, values in table(seed=np.zeros(12)).items()}
    again = runs | {"loss": runs["loss"] * np.repeat([1.0, 1.05], 12)}
    same, other = (fit(one, seed="seed") for one in (runs, again))
    assert codes(same) == [{"duplicate-runs"}] * 2
    assert codes(other) == [{"conflicting-runs"}] * 2
    assert "12 of them with another loss" in other["a"].warnings[0].message
    assert other["a"].params == same["a"].params, "the first row is kept"
