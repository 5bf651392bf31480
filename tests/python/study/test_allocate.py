"""The allocate stage of a study whose runs were measured: kept, and made again when it must be."""

from dataclasses import replace

import pytest

from assay.errors import DataError
from assay.study import allocate as allocate_module
from assay.study import stages
from assay.study.allocate import read_allocation

_OPTIONS = stages.StageOptions(progress=False)


def test_an_allocation_is_kept_until_something_changes(fitted_study, monkeypatch):
    first = stages.allocate(fitted_study, _OPTIONS)
    assert first.question == "spend"
    assert {one.source for one in first.portions} <= {*fitted_study.source_names, "control"}
    with monkeypatch.context() as patch:
        patch.setattr(allocate_module, "allocate", None)
        assert stages.allocate(replace(fitted_study), _OPTIONS) == first
    assert read_allocation(fitted_study) == first


def test_an_allocation_of_another_question_is_not_read(fitted_study, change):
    stages.allocate(fitted_study, _OPTIONS)
    changed = change(fitted_study, "gpu_hour = 2.0", "gpu_hour = 1.0")
    with pytest.raises(DataError, match=r"allocation\.json was made .* `assay allocate` again"):
        read_allocation(changed)
    stages.allocate(changed, _OPTIONS)
    assert read_allocation(changed).training["usd"] > 0


def test_before_a_fit_there_is_nothing_to_allocate(study):
    with pytest.raises(DataError, match="assay"):
        stages.allocate(study, _OPTIONS)
