import numpy as np
import pytest

from assay.study import stages
from assay.study.layout import make_plan
from assay.study.prices import price_sources


def test_yields_are_measured_from_the_manifest(study, change, write_documents):
    filtered = change(
        study,
        'cost = { kind = "raw" }',
        'filters = [{ rule = "length", min_words = 51 }, { rule = "length", max_words = 1000 }]\n'
        'cost = { kind = "filtered", classifier_params = 1e6 }',
    )
    write_documents(study.folder / "big.jsonl", 9, [90, 30] * 30)
    manifest = stages.prepare(filtered, stages.StageOptions(progress=False))
    report = next(r for r in manifest["sources"] if r["name"] == "big")
    kept = report["store"]["text_bytes"] / report["read"]["text_bytes"]
    assert 0.6 < kept < 0.9
    priced = price_sources(filtered, make_plan(filtered))["big"]
    cost = priced.supply.cost(np.array([1000.0])).in_("flops")
    assert cost == pytest.approx(2e6 / kept * 1000)


def test_a_blend_is_priced_by_its_members_and_its_own_share(blended_study):
    priced = price_sources(blended_study, make_plan(blended_study))
    both, small = priced["both"], priced["small"]
    assert both.candidate_share == small.candidate_share == 0.75
    assert both.supply.cap == pytest.approx(small.supply.cap / 0.25)
    # a quarter of the text is `small`, at 1 USD and 10 USD a million; `big` costs no money
    text = both.text_cost(np.array([1000.0])).in_("usd")
    assert text == pytest.approx(1.0 + 250 * 10 / 1e6)
