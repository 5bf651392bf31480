import json
from pathlib import Path

import numpy as np
import pytest

from assay.errors import DataError, FitError
from assay.fitting import Backtest, backtest, backtest_fits, fit

LAWS = {"fast": (1.0, 3.0, 0.4), "slow": (3.0, 0.8, 0.1), "control": (3.2, 0.8, 0.1)}


@pytest.fixture(scope="module")
def tested(ladder):
    return backtest(ladder(LAWS), law="power", resamples=100)


def test_the_largest_budget_is_predicted_from_the_rest(tested):
    assert [w.source for w in tested.withheld] == list(LAWS)
    fast = tested.withheld[0].holdout
    assert fast.x == {"tokens": 2.0**18}
    assert fast.kept_size == 2.0**17
    assert fast.observed == pytest.approx(1 + 3 * 4**-0.4, rel=0.01)
    assert abs(fast.relative) < 0.05
    assert fast.nats == pytest.approx(fast.predicted - fast.observed)
    assert tested.mean_error == pytest.approx(
        np.mean([abs(w.holdout.relative) for w in tested.withheld])
    )


def test_it_survives_json(tested):
    values = json.loads(json.dumps(tested.to_dict(), allow_nan=False))
    assert Backtest.from_dict(values) == tested
    del values["withheld"][0]["law"]
    with pytest.raises(DataError, match=r"withheld\.0\.law"):
        Backtest.from_dict(values)


def test_intervals_hold_the_withheld_runs(tested):
    assert all(w.runs == 2 for w in tested.withheld)
    assert tested.coverage >= 5 / 6


def test_a_crossing_at_the_withheld_budget_is_called_by_the_law_and_missed_by_persistence(ladder):
    laws = {"early": (2.0, 1.0, 0.05), "late": (1.0, 2.5, 0.25)}
    table = ladder(laws, noise=0.0, seeds=1, budgets=2.0 ** np.arange(12, 19))
    [pair] = backtest(table, law="power", resamples=20).pairs
    assert pair.observed < 0 < pair.by_persistence, "late is better only at the largest budget"
    assert pair.law_right
    assert not pair.persistence_right
    assert pair.clear


def test_fits_made_before_are_tested_alike(ladder, tested):
    again = backtest_fits(fit(ladder(LAWS), law="power", resamples=10), 100, 0.95)
    assert again == tested


def test_it_prints_and_serialises(tested):
    assert "pairs in the right order: 3 of 3 by the laws, 3 by persistence" in str(tested)
    json.dumps(tested.to_dict(), allow_nan=False)


def test_short_ladders_are_skipped_and_named(ladder):
    table = ladder(LAWS)
    short = ladder({"short": (2.0, 2.0, 0.3)}, budgets=np.array([1e4, 1e5, 1e6]))
    both = {name: table[name] + short[name] for name in table}
    assert backtest(both, law="power", resamples=10).skipped == ("short",)
    with pytest.raises(FitError, match="no source has enough budgets"):
        backtest(short, law="power")


GADRE = Path(__file__).parents[2] / "data" / "gadre_overtraining" / "runs.csv"
LADDERS = {
    "few budgets": (2.0 ** np.arange(12, 19), {"law": ["power", "rectified"]}),
    "many budgets": (np.geomspace(1e5, 1e8, 14), {"law": ["power", "rectified", "broken"]}),
    "a delta that was given": (2.0 ** np.arange(12, 19), {"delta": 1e-3}),
    "a law that ends up without weight": (2.0 ** np.arange(12, 19), {"anchor": 9.0}),
}


@pytest.mark.parametrize("which", LADDERS)
def test_fit_and_back_test_report_one_withheld_error(ladder, which):
    budgets, options = LADDERS[which]
    table = ladder(LAWS, budgets=budgets)
    fits = fit(table, resamples=20, **options)
    by_fit = {name: result.withheld for name, result in fits.items()}
    for tested in (backtest(table, resamples=20, **options), backtest_fits(fits, 20, 0.95)):
        assert [w.source for w in tested.withheld] == list(LAWS)
        for one in tested.withheld:
            assert one.holdout.x == by_fit[one.source].x
            assert one.holdout.observed == by_fit[one.source].observed
            assert one.holdout.predicted == pytest.approx(by_fit[one.source].predicted, rel=1e-12)


def test_the_published_runs_have_one_withheld_error():
    options = {"x": ["params", "tokens"], "y": "loss_paloma_c4_en", "resamples": 20}
    fits, tested = fit(GADRE, **options), backtest(GADRE, **options)
    by_fit = {name: result.withheld.relative for name, result in fits.items()}
    by_test = {one.source: one.holdout.relative for one in tested.withheld}
    assert by_fit == pytest.approx(by_test, rel=1e-9)
    assert by_fit["C4"] == pytest.approx(-0.0499, abs=1e-4)


def test_the_weights_of_laws_do_not_see_the_largest_budget(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3)}, seeds=1, noise=0.01, budgets=2.0 ** np.arange(12, 19))
    other = table | {"loss": [*table["loss"][:-1], 1.2 * table["loss"][-1]]}
    law = ["power", "rectified", "broken"]
    seen, changed = (fit(runs, law=law, resamples=0)["a"] for runs in (table, other))
    assert seen.withheld.predicted == changed.withheld.predicted
    assert seen.withheld.observed != changed.withheld.observed
    weights = ({m.law: m.weight for m in one.members} for one in (seen, changed))
    assert next(weights) != next(weights), "the final weights see every run"
