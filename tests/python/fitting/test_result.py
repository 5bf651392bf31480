import copy
import json
import pickle

import numpy as np
import pytest

from assay.errors import DataError, FitError
from assay.fitting.fits import Fits
from assay.fitting.member import Diagnostics, Member
from assay.fitting.points import Points
from assay.fitting.records import ErrorModel, Flag, Holdout
from assay.fitting.result import FitResult

TOKENS = np.array([1e4, 1e5, 1e6])


def result(**changes):
    errors = ErrorModel(
        noise=0.01,
        noise_freedom=0,
        misfit=0.05,
        misfit_spread=0.0,
        misfit_shared=0.5,
        resampling="noise",
        random_state=0,
    )
    holdout = Holdout(
        kept_size=1e5,
        kept_loss=3.0,
        x={"tokens": 1e6},
        decades=1.0,
        observed=2.5,
        observed_noise=0.01,
        predicted=2.6,
        noise=0.02,
    )
    params = {"E": 2.0, "A": 100.0, "alpha": 0.5}
    spread = 1 + 0.01 * np.random.default_rng(0).standard_normal((400, 3))
    lead = {
        "law": "power",
        "anchor": None,
        "x": ("tokens",),
        "params": params,
        "objective": 1e-5,
        "delta": 1e-3,
        "space": "log",
        "status": "ok",
        "weight": 1.0,
        "draws": np.array(list(params.values())) * spread,
        "diagnostics": Diagnostics(
            agreement=1.0, condition=1e3, ridge={"E": 0.6, "A": -0.8, "alpha": 0.0}, at_bound=()
        ),
    }
    lead |= {name: changes.pop(name) for name in list(changes) if name in lead}
    fields = {
        "source": "a",
        "y": "loss",
        "members": (Member(**lead),),
        "warnings": (Flag("few-steps", "3 runs <short>"),),
        "errors": errors,
        "points": Points(
            "a", {"tokens": TOKENS}, 2 + 100 * TOKENS**-0.5, np.array(["x", "y", "z"])
        ),
        "holdouts": (holdout,),
        "evaluation_sha256": "e" * 64,
    }
    return FitResult(**(fields | changes))


def test_it_survives_json():
    fits = Fits({"a": result()})
    again = Fits.from_dict(json.loads(json.dumps(fits.to_dict(), allow_nan=False)))
    assert again == fits
    assert again.to_dict() == fits.to_dict()
    at = {"tokens": [1e4, 1e7]}
    np.testing.assert_array_equal(again["a"].predict(at)["upper"], fits["a"].predict(at)["upper"])


def test_changed_data_and_missing_fields_are_noticed():
    values = result().to_dict()
    with pytest.raises(DataError, match="other data than its digest"):
        FitResult.from_dict(values | {"data_sha256": "0" * 64})
    del values["members"][0]["delta"]
    with pytest.raises(DataError, match=r"not a fit: .*delta"):
        FitResult.from_dict(values)
    with pytest.raises(DataError, match="fit again"):
        Fits.from_dict({})


def test_values_that_are_no_fit_are_refused():
    values = result().to_dict()
    lead = values["members"][0]
    for changed in ({"law": "nope"}, {"draws": "nope"}, {"params": None}):
        with pytest.raises(DataError, match="not a fit"):
            FitResult.from_dict(values | {"members": [lead | changed]})
    for changed in ({"members": []}, {"points": {}}, {"unknown": 1}):
        with pytest.raises(DataError, match="not a fit"):
            FitResult.from_dict(values | changed)
    for wrong in (None, [], {"fits": 1}, {"fits": [1]}):
        with pytest.raises(DataError, match="fit again"):
            Fits.from_dict(wrong)


@pytest.mark.parametrize(
    "change",
    [
        lambda fit: fit.params.update(E=0.0),
        lambda fit: fit.draws.fill(0.0),
        lambda fit: fit.points.y.fill(0.0),
        lambda fit: fit.points.columns["tokens"].fill(0.0),
        lambda fit: fit.points.columns.pop("tokens"),
        lambda fit: fit.holdouts[0].x.clear(),
        lambda fit: fit.diagnostics.ridge.clear(),
        lambda fit: setattr(fit, "source", "b"),
        lambda fit: Fits({"a": fit}).results.clear(),
    ],
)
def test_nothing_in_a_result_can_be_changed(change):
    fit = result()
    with pytest.raises((AttributeError, TypeError, ValueError)):
        change(fit)
    assert fit == result()


def test_it_is_pickled_and_copied():
    fits = Fits({"a": result()})
    assert pickle.loads(pickle.dumps(fits)) == copy.deepcopy(fits) == fits
    assert hash(result()) == hash(copy.copy(result()))
    assert result() != result(source="b")
    assert result() != "a"


def test_it_shows_itself_as_its_summary():
    fits = Fits({"a": result()})
    assert repr(fits["a"]) == str(fits["a"]) == fits["a"].summary()
    assert repr(fits) == str(fits)


def test_parameter_intervals_hold_the_middle_of_the_draws():
    fit = result()
    low, high = fit.conf_int(0.9)["E"]
    assert np.mean((fit.draws[:, 0] >= low) & (fit.draws[:, 0] <= high)) == pytest.approx(
        0.9, abs=0.01
    )
    assert fit.bse["E"] == pytest.approx(fit.draws[:, 0].std(ddof=1))


def test_an_interval_leaves_out_the_share_that_a_further_draw_has_to_fall_beyond_the_known_ones():
    """Of 40 numbers any one is the least with probability 1/40: 39 bound 95% of the last."""
    spread = np.linspace(0.9, 1.1, 39)[:, None] * np.array([2.0, 100.0, 0.5])
    fit = result(draws=spread)
    assert fit.conf_int(0.95)["E"] == pytest.approx((spread[0, 0], spread[-1, 0]))


def test_predictions_within_the_data_carry_no_misfit_and_beyond_it_grows():
    fit = result()
    without = result(errors=ErrorModel(**(vars(fit.errors) | {"misfit": 0.0})))
    at = {"tokens": [1e5, 1e7, 1e8]}
    np.testing.assert_allclose(fit.decades_outside(at), [0.0, 1.0, 2.0])
    spread = np.log(fit.value_draws(at) / without.value_draws(at)).std(axis=0)
    np.testing.assert_allclose(spread, [0.0, 0.05, 0.1], rtol=0.1)


def test_one_run_scatters_more_than_the_mean():
    at = {"tokens": [1e5]}
    mean, run = result().predict(at), result().predict(at, kind="run")
    assert mean["mean"] == run["mean"] == pytest.approx(2 + 100 * 1e5**-0.5)
    assert run["upper"] - run["lower"] > 1.2 * (mean["upper"] - mean["lower"])


def test_the_shared_part_of_the_misfit_is_shared_between_sources():
    a, b = result(), result(source="b")
    at = {"tokens": [1e7]}
    tilts = [
        np.log(f.value_draws(at)[:, 0] / f.form.value(np.array([[1e7]]), f.draws)[:, 0])
        for f in (a, b)
    ]
    assert np.corrcoef(tilts)[0, 1] == pytest.approx(0.5, abs=0.12)


def test_what_cannot_be_answered_says_so():
    point = result(draws=np.empty((0, 3)))
    with pytest.raises(FitError, match="no resamples"):
        point.predict({"tokens": [1e5]})
    assert list(point.predict({"tokens": [1e5]}, interval=None)) == ["mean"]
    for x in ({"cost": [1.0]}, [1.0]):
        with pytest.raises(FitError, match="needs tokens, found no tokens"):
            point.predict(x)
    with pytest.raises(FitError, match="not of numbers"):
        point.predict({"tokens": ["many"]})
    with pytest.raises(FitError, match=r"tokens has the shape \(1, 2\)"):
        point.predict({"tokens": [[1e5, 1e6]]})
    with pytest.raises(FitError, match='no kind "runs"'):
        result().predict({"tokens": [1e5]}, kind="runs")
    with pytest.raises(FitError, match="has 1 resamples"):
        _ = result(draws=np.array([[2.0, 100.0, 0.5]])).bse
    with pytest.raises(FitError, match="expected a number between 0 and 1"):
        result().conf_int(95)


def test_the_summary_names_parameters_back_test_and_warnings():
    text = str(Fits({"a": result()}))
    assert "a: power law, 3 runs, ok" in text
    assert "alpha  0.5" in text
    assert "withheld largest budget: predicted 2.6, measured 2.5 (+4.00%)" in text
    assert "warning few-steps" in text
    assert "&lt;short&gt;" in result()._repr_html_()
