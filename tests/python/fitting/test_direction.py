import numpy as np
import pytest

from assay.errors import DataError, FitError
from assay.fitting import FitResult, backtest, fit, next_runs
from assay.fitting.direction import losses_of, metric, rises
from assay.ingest import read_runs

TOKENS = 1e6 * 2.0 ** np.arange(6)


def scores(best=0.8, missed=0.3):
    return best - missed * (TOKENS / 1e6) ** -0.4


@pytest.fixture(scope="module")
def result():
    table = {"tokens": TOKENS, "accuracy": scores()}
    return fit(table, y="accuracy", source=None, resamples=100, higher_is_better=True)["all"]


@pytest.mark.parametrize(
    "y",
    ["accuracy", "mmlu/acc_norm", "Top1_Accuracy", "top-1", "score", "pass@1", "F1", "exact_match"],
)
def test_a_name_that_says_that_it_rises_needs_a_word(y):
    with pytest.raises(FitError, match=r"--higher-is-better"):
        rises(y, None)
    assert rises(y, True)
    assert not rises(y, False)


@pytest.mark.parametrize(
    "y", ["loss", "loss_paloma_c4_en", "bpb", "accuracy_error", "1 - accuracy", "score_loss"]
)
def test_other_names_are_losses(y):
    assert not rises(y, None)


def test_a_direction_is_true_or_false():
    with pytest.raises(FitError, match="higher_is_better is 'yes'"):
        rises("loss", "yes")


@pytest.mark.parametrize("bad", [70.0, 1.0, -0.1])
def test_scores_outside_0_and_1_are_refused_with_what_to_do(bad):
    runs = read_runs({"score": [0.0, 0.5, bad]})
    message = rf'row 3, column "score": found {bad:g}, .* divide percentages by 100'
    with pytest.raises(DataError, match=message):
        losses_of(runs, "score", rising=True)


def test_a_score_is_fitted_by_its_error():
    runs = read_runs({"score": [0.0, 0.75]})
    assert losses_of(runs, "score", rising=True).tolist() == [1.0, 0.25]
    assert (metric(0.25, True), metric(0.25, False)) == (0.75, 0.25)


def test_a_fit_of_a_score_speaks_in_the_score(result):
    at = {"tokens": [5e7, 1e8]}
    truth = 0.8 - 0.3 * np.array([50.0, 100.0]) ** -0.4
    found = result.predict(at)
    np.testing.assert_allclose(found["mean"], truth, atol=1e-3)
    np.testing.assert_allclose(result.value(at), found["mean"])
    assert np.all(found["lower"] < truth)
    assert np.all(found["upper"] > truth)
    assert np.all(np.diff(found["mean"]) > 0), "more tokens, a higher score"
    assert result.value_draws(at).max() < 1.0
    np.testing.assert_allclose(result.measured, scores())
    assert "accuracy rises: the law is of 1 - accuracy" in result.summary()
    assert f"measured {scores()[-1]:.4g}" in result.summary()


def test_the_same_fit_as_one_of_the_error(result):
    error = result.falling
    assert (error.y, error.rises) == ("1 - accuracy", False)
    at = {"tokens": [1e7]}
    np.testing.assert_allclose(error.value_draws(at), 1.0 - result.value_draws(at))
    assert error.falling is error


def test_pictures_are_of_the_score(result):
    axes = pytest.importorskip("matplotlib.pyplot").figure().add_subplot()
    result.plot(axes)
    low, high = axes.get_ylim()
    assert low < scores().min() < scores().max() < high <= 1.0
    assert axes.get_ylabel() == "accuracy"
    result.plot_residuals()


def test_it_survives_json(result):
    again = FitResult.from_dict(result.to_dict())
    assert again == result
    assert again.rises


def test_a_next_run_is_chosen_for_a_score_as_for_its_error(result):
    options = {"tokens": [1e6, 1e8]}
    of_score, of_error = (
        next_runs(one, options, options["tokens"], {"tokens": [1e9]})
        for one in (result, result.falling)
    )
    assert of_score == of_error


def test_a_back_test_of_a_score_prints_the_score():
    table = {"tokens": TOKENS, "accuracy": scores()}
    tested = backtest(table, y="accuracy", source=None, resamples=50, higher_is_better=True)
    [one] = tested.withheld
    assert tested.rises
    assert one.holdout.observed == pytest.approx(1.0 - scores()[-1])
    assert f"measured {scores()[-1]:.4g} (" in str(tested)
    low, high = tested.interval(one)
    assert low < scores()[-1] < high < 1.0


def test_the_anchor_is_a_score_too():
    error = 0.6 * (1.0 + TOKENS / 1e6) ** -0.3
    table = {"tokens": TOKENS, "score": 1.0 - error}
    options = {"y": "score", "source": None, "law": "anchored", "resamples": 0}
    found = fit(table, anchor=0.4, higher_is_better=True, **options)["all"]
    assert found.lead.anchor == pytest.approx(0.6)
    assert found.value({"tokens": [1.0]})[0] == pytest.approx(0.4, abs=1e-3)
    with pytest.raises(FitError, match="anchor, the score of the base, is 40"):
        fit(table, anchor=40, higher_is_better=True, **options)
