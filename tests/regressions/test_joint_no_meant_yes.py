"""``joint="no"`` made a joint fit, since any text is true; ``seed=0`` was taken for a column."""

import pytest

import assay


def test_a_joint_fit_is_asked_for_or_not(ladder):
    with pytest.raises(assay.FitError, match="joint is 'no', expected True or False"):
        assay.fit(ladder, joint="no", resamples=20)


@pytest.mark.parametrize("function", [assay.fit, assay.backtest])
def test_a_column_of_seeds_is_given_by_name(function, ladder):
    with pytest.raises(assay.FitError, match="seed is 0, expected a name"):
        function(ladder, seed=0, resamples=20)
