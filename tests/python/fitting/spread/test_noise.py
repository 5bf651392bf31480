import numpy as np
import pytest

from assay.fitting.point.solution import solve
from assay.fitting.points import points_by_source
from assay.fitting.spread.noise import lacks_fit, own_residuals, replicates, residuals
from assay.ingest import Runs
from assay.laws import make

LAWS = {"a": (2.0, 2.0, 0.3), "b": (1.5, 2.5, 0.2)}


def split(table):
    return points_by_source(Runs(table), x=["tokens"], y="loss", source="source", run=None)


def test_replicates_measure_the_noise_whatever_the_curve(ladder):
    noise = replicates(split(ladder(LAWS, noise=0.01, seeds=40)).values())
    assert noise.freedom == 2 * 5 * 39
    assert noise.sigma == pytest.approx(0.01, rel=0.1)


def test_runs_that_differ_in_epochs_are_no_replicates(ladder):
    table = ladder(LAWS) | {"epochs": [1.0] * 5 + [2.0] * 5 + [1.0] * 10}
    runs = Runs(table)
    sources = points_by_source(
        runs, x=["tokens"], y="loss", source="source", run=None, facts=("epochs",)
    )
    assert replicates(sources.values()).freedom == 5


def test_without_replicates_residuals_measure_it(ladder):
    sources = split(ladder(LAWS, noise=0.01, seeds=1, budgets=np.geomspace(1e4, 1e6, 200)))
    assert replicates(sources.values()) is None
    fits = [solve(make("power"), p.x(["tokens"]), p.y) for p in sources.values()]
    assert residuals(fits).sigma == pytest.approx(0.01, rel=0.1)
    assert residuals(fits).freedom == 2 * 197


def test_fits_through_all_points_measure_nothing(ladder):
    sources = split(ladder(LAWS, seeds=1, budgets=np.array([1e4, 1e5, 1e6])))
    fits = [solve(make("power"), p.x(["tokens"]), p.y) for p in sources.values()]
    assert residuals(fits) is None


def test_a_bend_that_the_law_misses_is_told_from_noise(ladder):
    straight = split(ladder(LAWS, noise=0.003))
    noise = replicates(straight.values())
    good = solve(make("power"), straight["a"].x(["tokens"]), straight["a"].y)
    assert not lacks_fit(good, noise)
    tokens, wiggle = straight["a"].columns["tokens"], 0.05 * np.sin(np.arange(10) // 2 * 2.0)
    bent = solve(make("power"), tokens[None], straight["a"].y * np.exp(wiggle))
    assert lacks_fit(bent, noise)
    assert own_residuals(bent).sigma > 3 * noise.sigma
