"""Axes: made where there are none, and matplotlib loaded only then."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from matplotlib import pyplot

from assay import draw, errors
from assay.draw.axes import log_x
from assay.draw.style import shades
from assay.errors import MissingExtra


def test_without_axes_new_ones_are_made(ladder):
    pyplot.switch_backend("agg")
    ax = draw.law(None, ladder)
    assert ax is pyplot.gca()
    pyplot.close(ax.figure)


def test_new_axes_without_matplotlib_name_the_extra(ladder, monkeypatch):
    monkeypatch.setattr(errors, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"drawing needs .*WHEEL\[report\]"):
        draw.law(None, ladder)


def test_importing_the_pictures_does_not_import_matplotlib():
    code = "import sys, assay.draw; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(1e6, 6e7, "1M 2M 5M 10M 20M 50M"), (1e6, 1e10, "1M 10M 100M 1B 10B")],
)
def test_ticks_are_round_numbers_in_words(ax, low, high, ticks):
    ax.set_xlim(low, high)
    log_x(ax)
    assert " ".join(label.get_text() for label in ax.get_xticklabels()) == ticks


def test_few_budgets_are_the_ticks(ax):
    ax.set_xlim(1e6, 1e7)
    log_x(ax, [1.5e6, 3e6, 3e6, 2e7])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1.5M", "3M"]


def test_larger_sizes_are_lighter():
    hexes = [shade.lstrip("#") for shade in shades(np.geomspace(1, 9, 5))]
    rgb = np.array([list(bytes.fromhex(shade)) for shade in hexes])
    assert (np.diff(rgb @ [0.2126, 0.7152, 0.0722]) > 0).all()
