"""A profile shows its minimum and the interval that it gives."""

from __future__ import annotations

import numpy as np
import pytest

from assay import draw

VALUES = np.geomspace(0.1, 0.8, 71)
DEVIANCE = 40.0 * np.log(VALUES / 0.3) ** 2


def test_the_interval_is_shaded_and_the_minimum_marked(ax):
    draw.profile(ax, VALUES, DEVIANCE, (0.25, 0.36), name="alpha")
    (shade,) = ax.patches
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == pytest.approx((0.25, 0.36))
    profile, minimum, cut = ax.lines
    assert set(profile.get_ydata()) < set(DEVIANCE)
    assert ax.get_ylim()[1] <= min(profile.get_ydata()[[0, -1]])
    assert minimum.get_xdata()[0] == pytest.approx(0.3, rel=0.02)
    assert cut.get_ydata()[0] == pytest.approx(40.0 * np.log(1.2) ** 2, rel=0.02)
    assert ax.get_title(loc="left").endswith("95% interval 0.25 to 0.36")


@pytest.mark.parametrize(
    ("interval", "flat", "said"),
    [
        ((0.25, None), VALUES > 0.3, "above 0.25"),
        ((None, 0.36), VALUES < 0.3, "below 0.36"),
        ((None, None), VALUES > 0.0, "without ends"),
    ],
)
def test_an_interval_without_an_end_reaches_the_edge(ax, interval, flat, said):
    deviance = np.where(flat, 0.01 * DEVIANCE, DEVIANCE)
    draw.profile(ax, VALUES, deviance, interval, name="alpha", level=0.9)
    (shade,) = ax.patches
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == pytest.approx(
        (interval[0] or 0.1, interval[1] or 0.8)
    )
    assert ax.get_title(loc="left").endswith(f"90% interval {said}")


def test_an_interval_of_no_width_is_drawn(ax):
    """As of runs without any noise, where the deviance rises at once."""
    draw.profile(ax, np.array([1.0, 2.0, 3.0]), np.array([9e9, 0.0, 9e9]), (2.0, 2.0), name="E")
    assert ax.get_title(loc="left").endswith("2 to 2")
    assert ax.get_ylim()[0] < ax.get_ylim()[1]
