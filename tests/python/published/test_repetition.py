"""Muennighoff et al. 2023 (arXiv 2305.16264), who print R = 15.39 for repeated tokens.

Theirs is one of two constants, the other for surplus parameters, and lies on a ridge of the two.
"""

import pytest

import assay


@pytest.fixture(scope="module")
def fit_repeated(published):
    """Fit the runs that the authors kept, of ``most`` epochs or fewer."""

    def fit(most):
        table = published(
            "datablations/runs.csv",
            lambda t: (t["in_published_182"] == 1) & (t["epochs"] <= most),
        )
        columns = {name: table[name] for name in ("params", "tokens", "epochs", "loss")}
        sizes = ["params", "tokens"]
        fits = assay.fit(columns, "chinchilla-repetition", sizes, source=None, resamples=300)
        return fits["all"]

    return fit


def test_four_epochs_or_fewer_do_not_tell_how_fast_repeated_tokens_fade(fit_repeated):
    """The authors: up to four epochs, repeated data are nearly as good as new."""
    flags = {flag.code: flag.message for flag in fit_repeated(4).warnings}
    assert flags["not-identified"].startswith("R is not identified")


def test_the_published_constant_does_not_hold_in_a_law_without_its_partner(fit_repeated):
    result = fit_repeated(1e9)
    assert len(result.points) == 182
    low, high = result.conf_int()["R"]
    assert 15.39 < low < high < 60.0
