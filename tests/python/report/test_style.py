"""How sources look in the pictures of a report."""

from __future__ import annotations

from assay.report.style import looks


def test_a_source_looks_the_same_wherever_it_is_drawn() -> None:
    names = [f"source-{i}" for i in range(14)]
    drawn = looks([*names, "control"])
    assert drawn == looks(["control", *names])
    assert len(set(drawn.values())) == len(names) + 1
