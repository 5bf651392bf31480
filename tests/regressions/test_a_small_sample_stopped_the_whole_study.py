"""A sample of 20,000 tokens beside larger sources ended the study before anything was trained.

The error said to lower the ladder for all. The sample now gets the rungs that it can fill.
"""

from assay.study import stages


def test_a_small_sample_is_annealed_as_far_as_it_goes(study, change):
    long = change(study, "to = 1024\nseeds = [3, 2, 1]", "to = 65536\nepochs_max = 2")
    plan, _ = stages.plan(long, stages.StageOptions(progress=False))
    largest = {
        name: max(s.tokens for s in plan.specs if s.source == name) for name in ("big", "small")
    }
    assert largest == {"big": 32768, "small": 2048}
    assert all(spec.epochs <= 2.0 for spec in plan.specs)
