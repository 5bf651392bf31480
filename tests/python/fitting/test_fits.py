import sys

import numpy as np
import pytest

from assay.errors import FitError, MissingExtra
from assay.fitting import fit

LAWS = {"a": (2.0, 2.0, 0.3), "b": (1.5, 2.5, 0.2)}


@pytest.fixture(scope="module")
def fits(ladder):
    return fit(ladder(LAWS), law="power", resamples=50, seed="seed")


def test_the_summary_is_that_of_every_source(fits):
    assert fits.summary() == "\n".join(fits[name].summary() for name in LAWS) == str(fits)


def test_sources_are_predicted_at_the_same_settings(fits):
    at = {"tokens": [2.0**16, 2.0**20]}
    found = fits.predict(at, 0.9, "run")
    assert list(found) == list(LAWS)
    for name, columns in found.items():
        alone = fits[name].predict(at, 0.9, "run")
        assert list(columns) == ["mean", "lower", "upper"]
        for column, values in columns.items():
            np.testing.assert_array_equal(values, alone[column])


def test_a_frame_has_a_row_for_each_source(fits):
    frame = fits.to_frame()
    assert frame["source"].tolist() == list(LAWS)
    assert frame["law"].tolist() == ["power", "power"]
    assert frame["runs"].tolist() == [10, 10]
    assert frame["alpha"].tolist() == [one.params["alpha"] for one in fits.values()]
    assert frame["withheld_error"].tolist() == [one.withheld.relative for one in fits.values()]


def test_without_pandas_it_says_what_to_install(fits, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"pip install pandas, or use to_dict\(\)"):
        fits.to_frame()


def test_a_picture_has_every_source_named(fits):
    axes = pytest.importorskip("matplotlib.pyplot").figure().add_subplot()
    assert fits.plot(axes) is axes
    assert {text.get_text() for text in axes.texts} >= set(LAWS)
    assert axes.get_xlim()[0] < 2.0**14 < 2.0**18 < axes.get_xlim()[1]


def test_laws_in_two_sizes_are_drawn_one_by_one():
    params, tokens = (a.ravel() for a in np.meshgrid([1e8, 4e8, 1e9, 4e9], [1e9, 1e10, 1e11, 1e12]))
    loss = 2 + 400 * params**-0.3 + 400 * tokens**-0.3
    table = {"params": params, "tokens": tokens, "loss": loss}
    both = fit(table, x=["params", "tokens"], source=None, resamples=0)
    with pytest.raises(FitError, match="laws in params, tokens are drawn one by one"):
        both.plot()
