"""Models of many sizes at fixed budgets: compute-optimal exponents and fits of the loss itself."""

import numpy as np
import pytest

PORIAN = ("source", "hparams", "warmup", "decay", "param_count", "split")
CORPORA = ("RefinedWeb", "OpenWebText2")


def set_up(published, corpus, hparams, decay):
    """Return the runs of one set-up and the exponent published for it."""
    wanted = (corpus, hparams, "short", decay, "standard", "val")

    def keep(table):
        pairs = zip(PORIAN, wanted, strict=True)
        return np.all([table[name] == value for name, value in pairs], axis=0)

    (exponent,) = published("porian_isoflop/published.csv", keep)["n_exponent"]
    return published("porian_isoflop/runs.csv", keep), exponent


def optimal_exponent(result):
    """Return the exponent of the best number of parameters in compute, along ``C = 6 N D``."""
    alpha, beta = result.params["alpha"], result.params["beta"]
    return beta / (alpha + beta)


@pytest.mark.parametrize("corpus", CORPORA)
def test_ends_of_decayed_runs_give_the_published_exponent(corpus, published, fit_sizes):
    """Porian et al. 2024 (arXiv 2406.19146): 0.571 and 0.569, from a curve per budget.

    A surface is another estimator than their curves; 0.03 is twice the half width of their
    intervals.
    """
    runs, exponent = set_up(published, corpus, "base", "chinchilla")
    assert optimal_exponent(fit_sizes(runs)) == pytest.approx(exponent, abs=0.03)


@pytest.mark.parametrize("corpus", CORPORA)
def test_tuned_runs_give_the_published_exponent_with_a_small_delta_only(
    corpus, published, fit_sizes
):
    """Theirs: 0.497 and 0.518. The losses are read off runs that go on, which bends the surface.

    The wide default delta then lets the models far from the optimum pull the exponents, while the
    narrow one follows the many near it.
    """
    runs, exponent = set_up(published, corpus, "tuned", "const")
    assert optimal_exponent(fit_sizes(runs, delta=1e-3)) == pytest.approx(exponent, abs=0.035)
    assert optimal_exponent(fit_sizes(runs)) < exponent - 0.1


@pytest.mark.parametrize(
    ("experiment", "runs", "published_mean", "optimum"),
    [
        ("ml_scalefit__massivetext__chinchilla", 124, 13.1e-6, 13.089e-6),
        ("llama_3__raw_loss", 133, 2.3e-6, 2.2759e-6),
    ],
)
def test_fits_of_the_loss_itself_beat_the_published_grid_search(
    experiment, runs, published_mean, optimum, published, fit_sizes
):
    """Open Athena's search ends at means of 13.1e-6 and 2.3e-6; other optimisers at ``optimum``.

    The optimum of the log loss has a mean of 13.12e-6 and 2.278e-6 here, and does not pass.
    """
    table = published("openathena_isoflops/runs.csv", lambda t: t["experiment"] == experiment)
    assert len(table["loss"]) == runs
    result = fit_sizes(table, objective="huber-loss", delta=1e-3)
    assert result.objective / runs <= published_mean
    assert result.objective / runs == pytest.approx(optimum, rel=5e-4)
    residuals = np.abs(table["loss"] - result.value(table))
    huber = np.where(residuals <= 1e-3, residuals**2 / 2, 1e-3 * (residuals - 5e-4))
    assert result.objective == pytest.approx(np.sum(huber), rel=1e-9)
