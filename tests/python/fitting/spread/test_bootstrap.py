import numpy as np
import pytest

from assay.fitting import fit
from assay.fitting.point.solution import solve
from assay.fitting.points import points_by_source
from assay.fitting.spread.bootstrap import bootstrap, resampling
from assay.fitting.spread.noise import Noise
from assay.ingest import Runs
from assay.laws import make

AT = 2.0 ** np.array([15.0, 18.0, 20.0])


def test_intervals_cover_the_truth_about_as_often_as_they_say(ladder):
    """Of 36 laws at three sizes each; the last, 0.6 decades beyond the data, is conservative."""
    inside, studies = np.zeros(3), 12
    rng = np.random.default_rng(0)
    for study in range(studies):
        laws = {
            name: (rng.uniform(1, 3), rng.uniform(1, 3), rng.uniform(0.1, 0.5)) for name in "abc"
        }
        fits = fit(ladder(laws, rng=study), law="power", resamples=100, random_state=study)
        for name, (floor, reducible, exponent) in laws.items():
            truth = floor + reducible * (AT / 2.0**16) ** -exponent
            columns = fits[name].predict({"tokens": AT})
            inside += (columns["lower"] <= truth) & (truth <= columns["upper"])
    coverage = inside / (3 * studies)
    assert np.all(coverage[:2] >= 0.88)
    assert coverage[:2].mean() < 0.995
    assert coverage[2] >= 0.93


def drawn(table, random_state=0, noise=None, name="a"):
    points = points_by_source(Runs(table), x=["tokens"], y="loss", source="source", run="run")[name]
    solution = solve(make("power"), points.x(["tokens"]), points.y)
    noise = noise or Noise(0.004, 10)
    return solution, points, bootstrap(solution, points, ["tokens"], noise, 200, random_state)


@pytest.fixture
def many(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3), "b": (2.0, 2.0, 0.3)}, seeds=10)
    table["run"] = np.arange(100).astype(str)
    return table


@pytest.fixture
def few(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3), "b": (2.0, 2.0, 0.3)})
    table["run"] = np.arange(20).astype(str)
    return table


def test_many_runs_are_redrawn_whole(many):
    _, points, draws = drawn(many)
    assert resampling(points) == "runs"
    merged = many | {"run": np.repeat(np.arange(20), 5).astype(str)}
    _, points, _ = drawn(merged)
    assert resampling(points) == "noise", "100 rows, but ten runs a source"
    np.testing.assert_array_equal(draws, drawn(many)[2])


def test_both_ways_of_resampling_agree(many, monkeypatch):
    x = np.array([[2.0**19]])
    solution, _, by_runs = drawn(many)
    monkeypatch.setattr("assay.fitting.spread.bootstrap.MANY_RUNS", 1000)
    by_noise = drawn(many, noise=Noise(0.004, 90))[2]
    spread = [solution.law.value(x, draws).std() for draws in (by_runs, by_noise)]
    assert spread[0] == pytest.approx(spread[1], rel=0.25)


def test_other_sources_and_other_states_draw_other_noise(few):
    a = drawn(few)[2]
    np.testing.assert_array_equal(a, drawn(few)[2])
    assert not np.allclose(a, drawn(few, random_state=1)[2])
    b_like_a = few | {"source": np.where(np.array(few["source"]) == "a", "b", "a")}
    assert not np.allclose(a, drawn(b_like_a, name="b")[2])


def test_more_noise_gives_wider_draws(few):
    quiet, loud = (drawn(few, noise=Noise(s, 50))[2] for s in (0.001, 0.01))
    value = make("power").value
    x = np.array([[2.0**19]])
    assert value(x, loud).std() > 5 * value(x, quiet).std()


def test_no_noise_gives_the_fit_itself(ladder):
    table = ladder({"a": (2.0, 2.0, 0.3)}, noise=0.0) | {"run": np.arange(10).astype(str)}
    solution, _, draws = drawn(table, noise=Noise(0.0, 5))
    np.testing.assert_allclose(draws, np.tile(solution.params, (200, 1)), rtol=1e-4)
