"""Mixture laws on runs whose proportions vary: do they order and predict mixtures not seen?"""

import numpy as np
import pytest

import assay


def fit_mixture(table, columns, y):
    kept = {name: table[name] for name in (*columns, y)}
    return assay.fit(kept, "mixture", columns, y, source=None, resamples=0)["all"]


def spearman(a, b):
    return np.corrcoef(np.argsort(np.argsort(a)), np.argsort(np.argsort(b)))[0, 1]


@pytest.mark.parametrize("size", ["1m_test", "60m", "1B"])
def test_models_of_1m_parameters_order_other_mixtures_better_than_linear_regression(
    size, published
):
    """Liu et al. 2024 (arXiv 2407.01492) print 0.87 to 0.90 for linear regression on Pile-CC."""
    trained, others = published("regmix/1m_train.csv"), published(f"regmix/{size}.csv")
    weights = [name for name in trained if name.startswith("w_")]
    assert len(weights) == 17
    result = fit_mixture(trained, weights, "loss_pile_cc")
    assert spearman(result.value(others), others["loss_pile_cc"]) > 0.95


@pytest.mark.parametrize("size", ["70M", "410M"])
def test_twenty_mixtures_predict_six_others_within_two_percent(size, published):
    """Ye et al. 2024 (arXiv 2403.16952), five domains, each the evaluation set in turn."""
    kept, held = (
        published(
            "scalebench/domain_mixture.csv",
            lambda t, split=split: (t["group"] == size) & (t["split"] == split),
        )
        for split in ("train", "test")
    )
    assert (len(kept["loss_1"]), len(held["loss_1"])) == (20, 6)
    shares = [f"proportion_{i}" for i in range(1, 6)]
    for domain in range(1, 6):
        result = fit_mixture(kept, shares, f"loss_{domain}")
        error = np.abs(result.value(held) / held[f"loss_{domain}"] - 1.0)
        assert np.mean(error) < 0.02
