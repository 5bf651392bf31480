"""Studies that no fit could end were trained to the last run before anybody was told."""

import pytest

from assay.errors import DataError, StudyError
from assay.study import stages

_OPTIONS = stages.StageOptions(progress=False)


@pytest.mark.parametrize(
    ("law", "to", "needed"),
    [("auto", 512, "power law has 3"), ("broken", 1024, "broken law has 6")],
)
def test_a_ladder_too_short_for_its_law_is_refused_before_anything(study, change, law, to, needed):
    study = change(study, "to = 1024\nseeds = [3, 2, 1]", f'to = {to}\n[fit]\nlaw = "{law}"')
    with pytest.raises(StudyError, match=rf"\[ladder\] has \d budgets, and a {needed} parameters"):
        stages.run(study, _OPTIONS, print)


def test_too_little_to_measure_on_is_refused_before_anything_is_trained(study, write_documents):
    write_documents(study.folder / "guard.jsonl", 0, [3])
    stages.prepare(study, _OPTIONS)
    for dry_run in (False, True):
        with pytest.raises(DataError, match=r"guard has 1 documents .* at least two windows"):
            stages.plan(study, _OPTIONS, dry_run=dry_run)
    assert not (study.out / "plan.json").exists()


def test_windows_longer_than_the_base_can_see_are_refused_before_anything_is_trained(study, change):
    long = change(study, "window_tokens = 16", "window_tokens = 32")
    with pytest.raises(StudyError, match=r"windows have 32 tokens, and the base is made for 16"):
        stages.plan(long, _OPTIONS)
