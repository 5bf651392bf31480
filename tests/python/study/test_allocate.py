"""The allocate stage of a study whose runs were measured: kept, and made again when it must be."""

from dataclasses import replace

import pytest

from assay.allocation import proposed_blend
from assay.errors import DataError, StudyError
from assay.study import allocate as allocate_module
from assay.study import stages
from assay.study.allocate import predicted, read_allocation
from assay.study.fit import read_fits
from assay.study.report_views import allocation_view

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


def test_the_blend_to_try_comes_from_the_allocation(fitted_study, monkeypatch):
    found = stages.allocate(fitted_study, _OPTIONS)
    asked = {}
    monkeypatch.setattr(
        stages, "integrate_study", lambda _, shares, predict, **__: asked.update(shares)
    )
    if proposed_blend(found):
        stages.integrate(fitted_study, _OPTIONS)
        assert asked == proposed_blend(found)
    none = replace(found, portions=found.portions[:1], untried={})
    monkeypatch.setattr(allocate_module, "read_allocation", lambda _: none)
    with pytest.raises(StudyError, match="no blend of these sources is expected to help"):
        stages.integrate(fitted_study, _OPTIONS)


def test_a_blend_is_predicted_without_its_own_runs(fitted_study):
    names = fitted_study.source_names
    shares = dict.fromkeys(names, 1.0 / len(names))
    fits = read_fits(fitted_study)
    drawn = predicted(fitted_study, shares)(1e5, 1.0)
    mean = sum(
        share * fits[name].value_draws({"tokens": [1e5], "epochs": [1.0]}).mean()
        for name, share in shares.items()
    )
    assert drawn.mean() == pytest.approx(mean)
    assert len(drawn) == 50


def test_the_report_shows_an_allocation_that_is_up_to_date(fitted_study, change):
    assert allocation_view(fitted_study) is None
    found = stages.allocate(fitted_study, _OPTIONS)
    view = allocation_view(fitted_study)
    assert [row.share for row in view.rows] == [one.share for one in found.portions]
    assert (view.cost, view.single, view.better) == (found.total, found.single.source, found.better)
    assert view.notes[0] == f"{found.reason[0].upper()}{found.reason[1:]}."
    assert len(view.notes) == 1 + len(found.assumptions)
    assert allocation_view(change(fitted_study, "gpu_hour = 2.0", "gpu_hour = 1.0")) is None
