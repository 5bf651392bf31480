"""Views of what was measured, without any fit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assay.records import BASE, Measurement
from assay.report.measured import forgetting_view, run_rows


def test_forgetting_is_the_mean_over_seeds_minus_the_base(
    measurement: Callable[..., Measurement],
) -> None:
    rows = [
        measurement(BASE, 0, 5.0, role="guard"),
        measurement("far", 512, 5.1, role="guard"),
        measurement("far", 512, 5.3, seed=1, role="guard"),
    ]
    view = forgetting_view(rows, ["far"])
    assert view is not None
    assert view.curves[0].y == pytest.approx((0.2,))
    assert forgetting_view(rows[1:], ["far"]) is None
    assert run_rows(rows) == ()
