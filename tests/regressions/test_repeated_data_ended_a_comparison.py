"""A comparison ended in an IndexError where only some of the combined laws read epochs.

Sizes were taken from all columns that the combination reads, by the law that leads it, which may
read fewer. A study then failed after all of its runs were paid for.
"""

import json

import numpy as np
import pytest

import assay

_BUDGETS = 1e6 * 2.0 ** np.arange(7)


def _repeated(random_state):
    """Runs of two sources, each budget twice, with one to eight epochs."""
    random = np.random.default_rng(random_state)
    tokens = np.tile(np.repeat(_BUDGETS, 2), 2)
    epochs = random.choice([1.0, 1.0, 2.0, 4.0, 8.0], len(tokens))
    worth = tokens / epochs * (1.0 + 8.0 * (1.0 - np.exp((1.0 - epochs) / 8.0)))
    loss = (2.0 + 30.0 * worth**-0.25) * np.exp(2e-3 * random.standard_normal(len(tokens)))
    source = np.repeat(["books", "web"], len(tokens) // 2)
    return {"source": source, "tokens": tokens, "epochs": epochs, "loss": loss}


@pytest.fixture(scope="module")
def runs():
    """Runs whose smaller budgets are fitted by a power law first and a repetition law second."""
    for random_state in range(100):
        found = _repeated(random_state)
        smaller = found["tokens"] < _BUDGETS[-1]
        fits = assay.fit({name: values[smaller] for name, values in found.items()}, resamples=20)
        if any(fit.law == "power" and "epochs" in fit.x for fit in fits.values()):
            return found
    pytest.fail("no seed gives such runs")


@pytest.mark.parametrize("law", ["auto", ["power", "repetition"], ["repetition", "power"]])
def test_a_back_test_takes_sizes_from_the_columns_of_the_leading_law(runs, law):
    test = assay.backtest(runs, law=law, resamples=20)
    assert {one.source for one in test.withheld} == {"books", "web"}
    for one in test.withheld:
        assert one.holdout.kept_size == _BUDGETS[-2]
        assert one.holdout.decades == pytest.approx(np.log10(2.0))


def test_a_comparison_has_its_back_test(runs):
    comparison = assay.compare(assay.fit(runs, resamples=20))
    assert comparison.backtest is not None
    assert {one.source for one in comparison.backtest.withheld} == {"books", "web"}
    json.dumps(comparison.to_dict(), allow_nan=False)


def test_a_back_test_without_a_size_is_refused(runs):
    with pytest.raises(assay.FitError, match=r"x = epochs has no size, .*: name a column such as"):
        assay.backtest(runs, x="epochs", law="power", resamples=20)


@pytest.mark.parametrize("x", ["epochs", "params", ["params", "cost"]])
def test_a_comparison_of_what_no_cost_buys_is_refused(runs, x):
    sizes = np.tile([1e8, 2e8, 4e8], 10)[: len(runs["loss"])]
    fits = assay.fit(
        runs | {"params": sizes, "cost": runs["tokens"]},
        x=x,
        law="chinchilla" if isinstance(x, list) else "power",
        resamples=20,
    )
    with pytest.raises(assay.FitError, match="and a cost buys tokens: fit with"):
        assay.compare(fits)
