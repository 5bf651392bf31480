import json

import pytest

from assay.errors import DataError, StudyError
from assay.study import stages
from assay.study.layout import make_plan
from assay.study.plan import read_plan


def test_a_plan_survives_its_file(study):
    plan = make_plan(study)
    plan.write(study.output.plan)
    assert read_plan(study) == plan


def test_a_plan_without_a_layout_is_read(study):
    make_plan(study).write(study.output.plan)
    value = json.loads(study.output.plan.read_text())
    del value["sources"], value["left_out"]
    study.output.plan.write_text(json.dumps(value))
    plan = read_plan(study)
    assert (plan.sources, plan.left_out) == ((), ())
    assert plan.specs == make_plan(study).specs


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('path = "replay.jsonl"', 'filters = ["gopher"]', r"^\[replay\] filters: unknown variant"),
        (
            'name = "small"',
            "filters = [{ min_words = 5 }]",
            r'^\[\[source\]\] "small" filters: mis',
        ),
        (
            'path = "big.jsonl"',
            'filters = [{ rule = "url" }]',
            r'^\[\[source\]\] "big" filters: unk',
        ),
    ],
)
def test_a_wrong_filter_is_named_by_its_place_in_the_study(study, change, old, new, named):
    changed = change(study, old, f"{old}\n{new}")
    with pytest.raises(StudyError, match=named):
        stages.prepare(changed, stages.StageOptions(progress=False))


def test_a_path_that_is_missing_is_said_to_start_from_the_study(study, change):
    changed = change(study, 'path = "target.jsonl"', 'path = "nowhere.jsonl"')
    with pytest.raises(DataError, match=r"nowhere\.jsonl.* relative to the study file"):
        stages.prepare(changed, stages.StageOptions(progress=False))
