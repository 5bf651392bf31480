"""Comparisons of tables of results: no control, no prices, model sizes."""

import numpy as np
import pytest

import assay
from assay.errors import FitError
from assay.units import Quantity

LAWS = {"flat": (3.0, 1.0, 0.02), "steep": (1.0, 3.0, 0.3)}


@pytest.fixture(scope="module")
def plain(fitted):
    fits = {name: fitted(name, law) for name, law in LAWS.items()}
    return assay.compare(fits, at=2.0**18)


@pytest.fixture(scope="module")
def sized():
    """Two corpora over model sizes and tokens: the second is better from 1e21 FLOPs on."""
    rng = np.random.default_rng(0)
    table = {name: [] for name in ("source", "params", "tokens", "loss")}
    for source, floor, scale in (("web", 1.9, 1.0), ("books", 1.6, 1.35)):
        for params in np.geomspace(2e7, 1e9, 5):
            for tokens in params * np.array([10.0, 20.0, 40.0, 80.0]):
                mean = floor + scale * (406 * params**-0.34 + 410 * tokens**-0.28)
                row = (source, params, tokens, mean * np.exp(0.002 * rng.standard_normal()))
                for name, value in zip(table, row, strict=True):
                    table[name].append(value)
    return assay.fit(table, x=["params", "tokens"], law="chinchilla", resamples=200)


def test_without_prices_sources_are_compared_at_equal_tokens(plain):
    assert (plain.currency, plain.control, plain.deciding.at) == ("tokens", None, 2.0**18)
    assert plain.verdict.kind == "buy"
    assert plain.verdict.source == "steep"
    assert "control" not in str(plain)
    assert "loss at 2.62e+05 tokens" in str(plain)


def test_laws_of_mixtures_have_no_cost():
    shares = np.random.default_rng(0).dirichlet([1, 1, 1], 12).T
    columns = dict(zip(("web", "books", "code"), np.tile(shares, 2), strict=True))
    table = columns | {"source": np.repeat(["a", "b"], 12), "loss": np.tile(3 - shares[0], 2)}
    fits = assay.fit(table, law="mixture", x=list(columns), resamples=5)
    with pytest.raises(FitError, match="web, books, code, and a cost buys one column"):
        assay.compare(fits)


def test_a_pair_can_be_asked_for_from_either_side(plain):
    assert plain.prob_better("flat", "steep") == pytest.approx(0.0, abs=0.01)
    assert plain.prob_better("steep", "flat") == pytest.approx(1.0, abs=0.01)
    there, back = plain.difference("flat", "steep"), plain.difference("steep", "flat")
    assert there.value == pytest.approx(-back.value)
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))
    with pytest.raises(FitError, match="flat was not compared with web"):
        plain.prob_better("flat", "web")


def test_crossings_and_both_rankings_are_there(plain):
    [pair] = plain.crossings
    assert pair.crossing.cost.value == pytest.approx(2.0**16, rel=0.2)
    assert plain.by_law == plain.by_persistence == plain.ranking == ("steep", "flat")
    assert plain.ranking_by == "law"


def test_model_sizes_are_compared_at_the_compute_frontier_or_at_one_size(sized):
    frontier = assay.compare(sized, at=1e23)
    assert (frontier.currency, frontier.verdict.source) == ("flops", "books")
    assert assay.compare(sized, at=Quantity(3e18, "flops")).by_law == ("web", "books")
    one = assay.compare(sized, at={"params": 1e9, "tokens": 2e10})
    assert one.deciding.at == pytest.approx(6 * 1e9 * 2e10)
    assert one.deciding.standings[0].tokens == pytest.approx(2e10)
    loss = one.deciding.standings[0].loss.value
    assert frontier.deciding.standings[0].loss.value < loss


def test_the_frontier_spends_each_budget_on_its_best_size(sized):
    law = sized["web"].params
    best = law["alpha"] * law["A"], law["beta"] * law["B"]
    exponent = 1.0 / (law["alpha"] + law["beta"])
    flops = 1e21
    params = (best[0] / best[1]) ** exponent * (flops / 6) ** (law["beta"] * exponent)
    standing = next(
        s for s in assay.compare(sized, at=flops).deciding.standings if s.source == "web"
    )
    assert flops / 6 / standing.tokens == pytest.approx(params, rel=0.2)
    exact = float(sized["web"].value({"params": params, "tokens": flops / 6 / params})[0])
    assert standing.loss.value == pytest.approx(exact, rel=1e-3)


def test_what_cannot_be_placed_is_refused(sized, fitted):
    fits = {name: fitted(name, law) for name, law in LAWS.items()}
    with pytest.raises(FitError, match="compared in tokens, found 40 USD"):
        assay.compare(fits, at=Quantity(40.0, "usd"))
    with pytest.raises(FitError, match="expected a positive number"):
        assay.compare(fits, at=-1.0)
    with pytest.raises(FitError, match="at has size: give params or an amount of"):
        assay.compare(fits, at={"size": 1.0})
    with pytest.raises(FitError, match="prices need one model size"):
        assay.compare(sized, cost={"web": None, "books": None})
