import pytest

from assay.study.layout import make_plan
from assay.study.preview import preview


def test_the_preview_adds_up_and_prices_what_is_bought(study):
    plan = make_plan(study)
    shown = preview(study, plan)
    assert shown.runs == len(plan.specs)
    assert shown.tokens == sum(row["tokens"] for row in shown.rows)
    small = next(row for row in shown.rows if row["source"] == "small")
    flops = 6 * plan.base.params + 12 * 1 * 16 * 16
    assert small["flops"] == pytest.approx(flops * small["tokens"])
    hours = flops * small["tokens"] / (1e9 * 0.4 * 3600)
    assert small["usd"] == pytest.approx(hours * 2.0 + 1.0 + small["unique"] * 10.0 / 1e6)
    assert "small" in str(shown)
