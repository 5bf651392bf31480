"""A dry run said "8.6e-06 hours" of a study that took half an hour on the machine at hand.

The hours were those of the GPU that ``[prices]`` declares. They are now called GPU-hours at the
declared speed, and the time here is what a short trial of training on this machine says.
"""

from assay.study.layout import make_plan
from assay.study.preview import preview
from assay.study.speed import MachineSpeed


def test_the_time_is_that_of_this_machine(study, change):
    fast = change(study, "peak_flops = 1e9", "peak_flops = 9.9e14")
    shown = preview(fast, make_plan(fast), MachineSpeed(1, 10.0))
    assert shown.hours < 1e-7
    assert shown.machine["hours"] > 0.5
    assert "GPU-hours at the declared speed" in str(shown)
    assert "this machine: about 62 minutes for what is left" in str(shown)
