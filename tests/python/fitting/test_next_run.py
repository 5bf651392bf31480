from dataclasses import replace

import numpy as np
import pytest

from assay.errors import DataError, FitError
from assay.fitting import fit
from assay.fitting.next_run import next_runs

TARGET = {"tokens": np.array([2.0**22, 2.0**23])}
POOL = 2.0 ** np.arange(14, 22)


@pytest.fixture(scope="module")
def small(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3)}, seeds=1, budgets=2.0 ** np.arange(12, 17))
    return table, fit(table, law="power", resamples=200)["a"]


def test_the_benefit_without_misfit_is_the_variance_that_a_linear_update_removes(small):
    _, result = small
    exact = replace(result, errors=replace(result.errors, misfit=0.0))
    found = [
        run for tokens in POOL for run in next_runs(exact, {"tokens": [tokens]}, [1.0], TARGET)
    ]
    logs, goals = (np.log(exact.value_draws(x)) for x in ({"tokens": POOL}, TARGET))
    for run, y in zip(found, logs.T, strict=True):
        slope = [np.cov(y, goal, ddof=0)[0, 1] for goal in goals.T]
        spread = y.var() + exact.errors.noise**2
        assert run.benefit == pytest.approx(np.mean(np.square(slope)) / spread)


def test_a_run_that_reaches_the_target_takes_all_of_the_misfit_away(small):
    _, result = small
    sharp = replace(result, errors=replace(result.errors, misfit=0.5))
    at = {"tokens": np.array([2.0**23])}
    (run,) = next_runs(sharp, at, [1.0], at)
    (inside,) = next_runs(sharp, {"tokens": [2.0**14]}, [1.0], at)
    misfit = (0.5 * np.log10(2.0**23 / 2.0**16)) ** 2
    assert run.benefit >= misfit
    assert inside.benefit < misfit / 2


def test_the_first_run_has_the_most_benefit_over_the_root_of_its_cost(small):
    _, result = small
    cost = POOL / POOL[0]
    (first,) = next_runs(result, {"tokens": POOL}, cost, TARGET)
    assert (first.x["tokens"], first.cost) == (POOL[first.row], cost[first.row])
    assert first.benefit_per_cost == first.benefit / first.cost
    for tokens, price in zip(POOL, cost, strict=True):
        (run,) = next_runs(result, {"tokens": [tokens]}, [price], TARGET)
        assert run.benefit / np.sqrt(price) <= first.benefit / np.sqrt(first.cost) * (1 + 1e-9)


def test_later_runs_are_judged_after_the_earlier_ones(small):
    """A repeat of a run whose noise is nil tells nothing more."""
    _, result = small
    quiet = replace(result, errors=replace(result.errors, noise=0.0, misfit=0.0))
    twice = {"tokens": np.array([2.0**14, 2.0**14])}
    first, second = next_runs(quiet, twice, np.ones(2), TARGET, count=3)
    assert {first.row, second.row} == {0, 1}
    assert second.benefit < 1e-3 * first.benefit


def test_the_suggested_run_leaves_a_smaller_error_at_the_target_than_a_random_one(ladder):
    law = {"a": (2.0, 2.0, 0.3)}
    truth = 2.0 + 2.0 * (TARGET["tokens"] / 2.0**16) ** -0.3
    by_suggestion, by_chance = [], []
    for rng in range(6):
        known = ladder(law, seeds=1, budgets=2.0 ** np.arange(12, 17), rng=rng)
        pool = ladder(law, seeds=1, budgets=POOL, rng=100 + rng)
        result = fit(known, law="power", resamples=100)["a"]
        first = next_runs(result, {"tokens": POOL}, np.ones(8), TARGET)[0].row

        def error(row, known=known, pool=pool):
            grown = {name: [*known[name], pool[name][row]] for name in known}
            after = fit(grown, law="power", resamples=0)["a"]
            return np.mean(np.log(after.value(TARGET) / truth) ** 2)

        by_suggestion.append(error(first))
        by_chance.append(np.mean([error(row) for row in range(8)]))
    assert np.mean(by_suggestion) < 0.7 * np.mean(by_chance)


def test_what_cannot_be_ranked_is_refused(small):
    table, result = small
    pool = {"tokens": POOL}
    with pytest.raises(FitError, match="fit with resamples > 0"):
        next_runs(fit(table, law="power", resamples=0)["a"], pool, np.ones(8), TARGET)
    with pytest.raises(DataError, match="candidates without the column tokens"):
        next_runs(result, {"params": POOL}, np.ones(8), TARGET)
    with pytest.raises(DataError, match="target with columns of shapes"):
        next_runs(result, pool, np.ones(8), {"tokens": []})
    for cost in (np.ones(3), np.zeros(8), np.full(8, np.nan)):
        with pytest.raises(DataError, match="one positive finite number"):
            next_runs(result, pool, cost, TARGET)
