"""A comparison was kept although the study behind it had changed.

What it is kept by left out the cap of a source, ``epochs_max``, the share of replay, the length of
sequences, and the plan.
"""

import pytest

from assay.study import stages
from assay.study.plan import read_plan

_OPTIONS = stages.StageOptions(progress=False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "big"', 'name = "big"\ncap = 200'),
        ("to = 1024", "to = 1024\nepochs_max = 8"),
        ("ratio = 0.25", "ratio = 0.5"),
        ("sequence_tokens = 16", "sequence_tokens = 32"),
        ("fixed_usd = 1.0", "fixed_usd = 2.0"),
        ("gpu_hour = 2.0", "gpu_hour = 1.0"),
        ('"4 USD"', '"3 USD"'),
        ("resamples = 50", "resamples = 50\nconfidence = 0.8"),
    ],
)
def test_a_comparison_is_made_again_when_the_study_changes(fitted_study, change, old, new):
    before = stages.compare(fitted_study, _OPTIONS)
    changed = change(fitted_study, old, new)
    after = stages.compare(changed, _OPTIONS)
    assert after != before
    (changed.out / "comparison.json").unlink()
    assert stages.compare(changed, _OPTIONS) == after


def test_a_comparison_is_made_again_when_the_plan_changes(fitted_study, change):
    before = stages.compare(fitted_study, _OPTIONS)
    wider = change(fitted_study, "hidden = 16", "hidden = 32")
    stages.plan(wider, _OPTIONS)
    assert read_plan(wider).base.hidden == 32
    assert stages.compare(wider, _OPTIONS) != before
