"""The picture of a fit holds the runs, the law and what lies beyond the runs."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from assay import draw


def test_runs_and_law_are_where_they_were_measured_and_fitted(ladder, ax):
    assert draw.law(ax, ladder) is ax
    inside, beyond, runs = ax.lines
    assert list(runs.get_xdata()) == list(ladder.points.columns["tokens"])
    assert list(runs.get_ydata()) == list(ladder.points.y)
    assert inside.get_xdata()[-1] == beyond.get_xdata()[0] == 64e6
    for line in (inside, beyond):
        assert line.get_ydata() == pytest.approx(ladder.value(tokens=line.get_xdata()))
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "trained tokens (log scale)",
        "loss, nats per token",
    )


def test_what_lies_beyond_the_runs_is_shaded_and_measured(ladder, ax):
    draw.law(ax, ladder)
    (shade,) = ax.patches
    right = ax.get_xlim()[1]
    assert shade.get_x() == 64e6
    assert shade.get_x() + shade.get_width() == pytest.approx(right)
    decades = np.log10(right / 64e6)
    assert decades == pytest.approx(np.log10(64) / 2)
    assert [text.get_text() for text in ax.texts] == [f"extrapolation:\n{decades:.1f} decades"]


def test_the_band_of_one_run_holds_that_of_the_mean(ladder, ax):
    draw.law(ax, ladder)
    run, mean = (band.get_paths()[0].get_extents() for band in ax.collections)
    assert run.ymin < mean.ymin
    assert run.ymax > mean.ymax
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["a run", "mean (power law)", "95% of the mean", "95% of one run"]


def test_a_combination_of_laws_says_so(ladder, ax):
    ladder.members = ("power", "rectified")
    draw.law(ax, ladder)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[1] == "mean (of 2 laws, power first)"


def test_without_resamples_there_are_no_bands(ladder, ax):
    draw.law(ax, replace(ladder, draws=np.empty((0, 3))))
    assert len(ax.collections) == 0
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["a run", "mean (power law)"]


def test_wide_bands_do_not_hide_the_runs(formula, ax):
    class Unsure(formula):
        def predict(self, x, interval, kind):
            found = super().predict(x, interval, kind)
            return found | {"upper": found["mean"] + 1e3}

    tokens = 1e6 * 2.0 ** np.arange(7)
    fit = Unsure({"tokens": tokens}, lambda tokens: 2.0 + 30.0 * tokens**-0.3, (True,))
    draw.law(ax, fit)
    assert ax.get_ylim()[1] < 1.1 * fit.points.y.max()


@pytest.fixture
def chinchilla(formula, request):
    """Runs of Hoffmann et al. (2022) with the law that Besiroglu et al. (2024) fitted to them."""
    path = request.config.rootpath / "tests" / "data" / "epoch_chinchilla" / "runs.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    columns = {name: [float(row[name]) for row in rows] for name in ("params", "tokens")}

    def value(params, tokens):
        return 1.8172 + 482.01 * params**-0.3478 + 2085.43 * tokens**-0.3658

    return formula(columns, value, (True, True), [float(row["loss"]) for row in rows])


def test_two_sizes_are_a_family_of_lines_named_by_the_other_size(chinchilla, ax):
    draw.law(ax, chinchilla)
    names = [text.get_text() for text in ax.texts[1:]]
    assert len(names) == len(ax.lines) / 2 == 6
    assert min(chinchilla.columns["params"]) == pytest.approx(57.3e6, rel=0.01)
    assert {"57.3M", "16.2B"} <= set(names)
    dots = ax.collections[0].get_offsets()
    assert len(dots) == len(chinchilla.points.y)
    for asked in chinchilla.asked:
        assert len(set(asked["params"])) == 1
    assert "lines by number of parameters" in ax.get_title(loc="left")


def test_a_line_is_solid_only_over_runs_of_its_own_size(formula, ax):
    columns = {"params": [1e8, 1e8, 1e9, 1e9], "tokens": [1e9, 2e9, 1e9, 8e9]}
    draw.law(ax, formula(columns, lambda params, tokens: 5 - 0.1 * np.log(params), (True, True)))
    assert [line.get_xdata()[-1] for line in ax.lines[::2]] == [2e9, 8e9]


def test_epochs_begin_where_the_unique_tokens_end(formula, ax):
    tokens = np.array([1e6, 2e6, 4e6, 8e6])
    columns = {"tokens": tokens, "epochs": np.maximum(tokens / 2e6, 1.0)}
    fit = formula(columns, lambda tokens, epochs: 3 + epochs / tokens, (True, False))
    draw.law(ax, fit)
    for asked in fit.asked:
        assert asked["epochs"] == pytest.approx(np.maximum(asked["tokens"] / 2e6, 1.0), rel=0.02)
    assert len(ax.lines) == 3


def test_several_pools_are_a_family_of_lines(formula, ax):
    columns = {"tokens": [1e6, 4e6, 2e6, 8e6], "epochs": [1.0, 4.0, 1.0, 4.0]}
    draw.law(ax, formula(columns, lambda tokens, epochs: 3 + epochs / tokens, (True, False)))
    assert [text.get_text() for text in ax.texts[1:]] == ["2M", "1M"]


def test_shares_are_drawn_as_measured_against_fitted(formula, ax):
    columns = {"web": [0.2, 0.5, 0.8], "code": [0.8, 0.5, 0.2]}
    measured = [2.02, 2.5, 2.8]
    draw.law(ax, formula(columns, lambda web, code: 2.2 + web - 0 * code, (False, False), measured))
    dots = ax.lines[1]
    assert list(dots.get_ydata()) == measured
    assert dots.get_xdata() == pytest.approx([2.4, 2.7, 3.0])
    assert "typical error" in ax.get_title(loc="left")
