import csv
from pathlib import Path

import numpy as np
import pytest

from assay.errors import DataError, FitError
from assay.fitting import backtest, fit

DATA = Path(__file__).parents[2] / "data"
LAWS = {"a": (2.0, 2.0, 0.3), "b": (1.5, 2.5, 0.2)}


def codes(result):
    return [flag.code for flag in result.warnings]


@pytest.fixture(scope="module")
def plain(ladder):
    return fit(ladder(LAWS), law="power", resamples=50, seed="seed")


def test_each_source_gets_its_fit(plain):
    assert list(plain) == ["a", "b"]
    fit_a = plain["a"]
    assert (fit_a.law, fit_a.x, fit_a.status) == ("power", ("tokens",), "ok")
    assert fit_a.value({"tokens": 2.0**17}) == pytest.approx(2 + 2 * 2**-0.3, rel=0.005)
    assert fit_a.draws.shape == (50, 3)
    assert fit_a.errors.resampling == "noise"
    assert fit_a.errors.noise_freedom == 10
    assert len(fit_a.holdouts) == 2


def test_the_same_call_gives_the_same_numbers_and_another_source_does_not_change_them(ladder):
    table = ladder(LAWS)
    first = fit(table, law="power", resamples=20)
    assert fit(table, law="power", resamples=20).to_dict() == first.to_dict()
    order = np.random.default_rng(0).permutation(20)
    shuffled = {name: np.array(values)[order] for name, values in table.items()}
    again = fit(shuffled, law="power", resamples=20)
    np.testing.assert_allclose(again["a"].draws, first["a"].draws)


def test_no_resamples_is_a_point_fit(ladder):
    point = fit(ladder(LAWS), law="power", resamples=0)["a"]
    assert point.draws.shape == (0, 3)
    assert point.errors.resampling == "none"


def test_auto_takes_the_law_that_predicts_withheld_budgets(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3)}, noise=0.0, seeds=1)
    assert fit(table, resamples=0)["a"].law == "power"
    tokens = np.array(table["tokens"])
    bent = table | {"loss": 2.0 + 4.3 * (1 + tokens / 3e4) ** -0.5}
    assert fit(bent, resamples=0, anchor=6.3)["a"].law == "anchored"
    epochs = np.array([1.0, 1.0, 2.0, 4.0, 8.0])
    effective = tokens / epochs * (1 + 3 * (1 - np.exp(-(epochs - 1) / 3)))
    repeated = table | {"epochs": epochs, "loss": 2.0 + 30.0 * effective**-0.3}
    chosen = fit(repeated, resamples=0)["a"]
    assert (chosen.law, chosen.x) == ("repetition", ("tokens", "epochs"))


def test_a_list_of_laws_is_chosen_from_and_two_predictors_mean_chinchilla(ladder):
    assert fit(ladder(LAWS), law=["power"], resamples=0)["a"].law == "power"
    with pytest.raises(FitError, match="no law was named"):
        fit(ladder(LAWS), law=[], resamples=0)
    sizes = np.meshgrid(np.geomspace(1e6, 1e8, 4), np.geomspace(1e7, 1e10, 4))
    n, d = (axis.ravel() for axis in sizes)
    table = {"params": n, "tokens": d, "loss": 1.7 + 400 * n**-0.34 + 400 * d**-0.28}
    both = fit(table, x=["params", "tokens"], source=None, resamples=0)["all"]
    assert (both.law, both.x) == ("chinchilla", ("params", "tokens"))
    with pytest.raises(FitError, match="power law reads x, found x = params, tokens"):
        fit(table, law="power", x=["params", "tokens"], source=None)


def test_the_published_runs_are_fitted_from_their_file():
    path = DATA / "epoch_chinchilla" / "runs.csv"
    with path.open() as file:
        kept = [row["in_published_fit"] == "1" for row in csv.DictReader(file)]
    columns = np.genfromtxt(path, delimiter=",", names=True)
    table = {name: columns[name][kept] for name in ("params", "tokens", "loss")}
    result = fit(
        table, law="chinchilla", x=["params", "tokens"], source=None, delta=1e-3, resamples=40
    )["all"]
    assert result.objective <= 0.0010182740179
    assert result.errors.resampling == "runs"
    published = {"E": 0.0252, "alpha": 0.0148, "beta": 0.0202}
    for name, error in published.items():
        assert 0.5 < result.bse[name] / error < 2.0


def test_repetition_is_reported_as_not_identified_by_runs_of_one_size():
    columns = np.genfromtxt(DATA / "datablations" / "runs.csv", delimiter=",", names=True)
    rows = columns[columns["params"] == 4.212e8]
    table = {name: rows[name] for name in ("tokens", "epochs", "loss")}
    result = fit(table, law="repetition", source=None, resamples=100)["all"]
    flag = next(flag for flag in result.warnings if flag.code == "not-identified")
    assert flag.message.startswith("R is not identified")
    assert "many-epochs" in codes(result)


def flagged(ladder, change, **options):
    table = ladder({"a": (2.0, 2.0, 0.3)}, budgets=2.0 ** np.arange(14, 20))
    table = {name: np.array(values) for name, values in table.items()}
    return codes(fit(change(table), law="power", **({"resamples": 0} | options))["a"])


def test_runs_that_are_too_short_repeated_rising_or_oddly_scaled_are_flagged(ladder):
    assert flagged(ladder, lambda t: t) == []
    assert "few-steps" in flagged(ladder, lambda t: t | {"steps": t["steps"] / 128})
    assert "many-epochs" in flagged(ladder, lambda t: t | {"epochs": t["tokens"] / 2**16 + 1})
    assert "implausible-loss" in flagged(ladder, lambda t: t | {"loss": t["loss"] * 100})
    assert "implausible-tokens" in flagged(ladder, lambda t: t | {"tokens": t["tokens"] / 1e6})


def test_a_loss_that_rises_beyond_noise_is_flagged(ladder):
    def rise(table):
        return table | {"loss": table["loss"] + 0.4 * (table["tokens"] == 2.0**19)}

    found = flagged(ladder, rise, resamples=20)
    assert "non-monotone" in found
    assert "withheld-error" in found
    assert "lack-of-fit" in found


def test_what_the_fit_cannot_know_is_flagged(ladder):
    straight = flagged(ladder, lambda t: t | {"loss": 6.3 - 1e-7 * t["tokens"]})
    assert "exponent-at-bound" in straight
    assert "floor-at-bound" in flagged(ladder, lambda t: t | {"loss": 9 * t["tokens"] ** -0.1})
    three = fit(ladder(LAWS, seeds=1, budgets=np.array([1e4, 1e5, 1e6])), law="power", resamples=20)
    assert codes(three["a"]) == ["assumed-noise", "no-back-test"]
    assert three["a"].errors.noise == 0.01


def test_runs_listed_twice_are_left_out_with_a_warning(ladder, plain):
    table = {name: [*values, values[0]] for name, values in ladder(LAWS).items()}
    twice = fit(table, law="power", resamples=0)["a"]
    assert codes(twice)[0] == "duplicate-runs"
    assert twice.params == plain["a"].params
    other = table | {"loss": [*table["loss"][:-1], 9.0]}
    assert len(fit(other, law="power", resamples=0)["a"].points) == 11
    assert len(fit(other, law="power", resamples=0, seed="seed")["a"].points) == 10


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"loss": float("nan")}, DataError, 'row 1, column "loss": found nan'),
        ({"tokens": 0.0}, DataError, 'row 1, column "tokens": found 0.0'),
    ],
)
def test_bad_values_are_named(ladder, change, error, message):
    table = ladder(LAWS)
    for name, value in change.items():
        table[name][0] = value
    with pytest.raises(error, match=message):
        fit(table)


def test_bad_arguments_are_named(ladder):
    table = ladder(LAWS)
    with pytest.raises(DataError, match='no column "cost"'):
        fit(table, x="cost")
    with pytest.raises(FitError, match='no objective "mean"'):
        fit(table, objective="mean")
    with pytest.raises(FitError, match="resamples is -1"):
        fit(table, resamples=-1)
    mixed = table | {"evaluation_sha256": ["x", "y"] * 10}
    with pytest.raises(DataError, match="2 different evaluation sets"):
        fit(mixed)


def test_columns_of_shares_are_a_mixture():
    shares = np.random.default_rng(0).dirichlet([1, 1, 1], 20)
    shares[0] = [0.0, 0.5, 0.5]
    loss = 2 + np.exp(shares @ [-0.5, -0.9, 0.2])
    table = dict(zip(("web", "books", "code"), shares.T, strict=True)) | {"loss": loss}
    x = ["web", "books", "code"]
    found = fit(table, x=x, source=None, resamples=0)["all"]
    assert found.law == "mixture"
    assert found.params == fit(table, law="mixture", x=x, source=None, resamples=0)["all"].params
    with pytest.raises(FitError, match="has no size, of which a back-test withholds the largest"):
        backtest(table, x=x, source=None)
