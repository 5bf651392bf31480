"""Residuals are shares of the fitted loss, beside the noise of a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assay import draw


def test_residuals_are_measured_over_fitted(ladder, ax):
    measured = ladder.points.y * [1.01, 0.99, 1, 1, 1, 1, 1]
    draw.residuals(ax, replace(ladder, loss=measured))
    x, y = np.asarray(ax.collections[0].get_offsets()).T
    assert x == pytest.approx(ladder.points.columns["tokens"])
    assert y == pytest.approx([1, -1, 0, 0, 0, 0, 0], abs=1e-9)
    assert ax.get_xscale() == "log"


def test_the_band_is_twice_the_noise_of_a_run(ladder, ax):
    draw.residuals(ax, ladder)
    (band,) = ax.patches
    assert (band.get_y(), band.get_height()) == pytest.approx((-0.6, 1.2))


def test_two_sizes_are_drawn_over_the_fitted_loss(formula, ax):
    columns = {"params": [1e8, 1e9, 1e9], "tokens": [1e9, 1e9, 2e9]}
    fit = formula(columns, lambda params, tokens: 1e8 / params + 1e9 / tokens, (True, True))
    draw.residuals(ax, fit)
    (dots,) = ax.collections
    assert np.asarray(dots.get_offsets())[:, 0] == pytest.approx(fit.points.y)
    small, large, same = dots.get_facecolors().tolist()
    assert small != large == same
    assert "darker for fewer parameters" in ax.get_title(loc="left")
