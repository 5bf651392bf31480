from dataclasses import replace

import pytest
from matplotlib.figure import Figure

from assay.comparison import compare
from assay.units import Quantity

LAWS = {"flat": (3.0, 1.0, 0.01), "steep": (1.0, 3.0, 0.3), "control": (4.5, 1, 0.1)}


@pytest.fixture(scope="module")
def crossing(offers):
    _, fits, prices = offers(LAWS, None)
    return compare(fits, at=Quantity(1e-6 * 2.0**18, "usd"), cost=prices)


def heights(ax):
    return {y for line in ax.lines for y in line.get_ydata()}


def test_gains_over_the_control_are_drawn_with_their_crossing(crossing):
    ax = crossing.plot(Figure().subplots())
    gains = {curve.source: set(curve.gain) for curve in crossing.deciding.curves}
    assert gains["flat"] | gains["steep"] <= heights(ax)
    [pair] = [p for p in crossing.crossings if "control" not in (p.a, p.b)]
    assert [pair.crossing.cost.value] in [list(line.get_xdata()) for line in ax.lines]
    assert "control" not in {text.get_text() for text in ax.texts}


def test_without_a_control_losses_are_drawn(crossing):
    ax = replace(crossing, control=None).plot(Figure().subplots())
    for curve in crossing.deciding.curves:
        assert set(curve.loss) <= heights(ax), curve.source
