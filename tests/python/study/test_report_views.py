"""What not every study has, as its report shows it."""

from dataclasses import replace

import pytest

from assay.comparison import Interval
from assay.corpus.manifest import Overlap
from assay.files import write_json
from assay.study import stages
from assay.study.fit import read_fits
from assay.study.integrate import Integration
from assay.study.kept import read_kept
from assay.study.prepare import read_prepared
from assay.study.report import collect
from assay.study.report_views import allocation_view, integration_view, overlap_rows

_OPTIONS = stages.StageOptions(progress=False)


def integrated(study, fits_sha256=None):
    """Leave an integration anneal in the folder of a study."""
    fits = read_kept(study, study.output.fits, type(read_fits(study)), "assay fit").sha256
    found = Integration(
        shares={"big": 0.75, "small": 0.25},
        tokens=2048,
        epochs=1.5,
        runs=("a", "b"),
        confidence=0.95,
        predicted=2.5,
        lower=2.4,
        upper=2.6,
        measured=2.45,
        measured_se=0.01,
        fits_sha256=fits_sha256 or fits,
    )
    write_json(study.output.integration, {"made_from": "", "result": found.to_dict()})


def test_how_much_of_each_source_to_buy_is_reported(fitted_study, change):
    fitted_study.output.allocation.unlink(missing_ok=True)
    assert allocation_view(fitted_study) is None
    found = stages.allocate(fitted_study, _OPTIONS)
    stages.compare(fitted_study, _OPTIONS)
    view = collect(fitted_study).allocation
    assert [(row.source, row.share) for row in view.rows] == [
        ("replay" if one.source == "control" else one.source, one.share) for one in found.portions
    ]
    assert sum(row.text for row in view.rows) == pytest.approx(found.text["usd"])
    assert (view.cost, view.gain, view.single) == (found.total, found.gain, found.single.source)
    assert len(view.notes) == 1 + len(found.assumptions)
    assert all(note[0].isupper() and note.endswith(".") for note in view.notes)
    assert allocation_view(change(fitted_study, "gpu_hour = 2.0", "gpu_hour = 1.0")) is None


def test_a_blend_that_was_tried_is_reported(fitted_study):
    assert integration_view(fitted_study) is None
    integrated(fitted_study)
    stages.compare(fitted_study, _OPTIONS)
    found = collect(fitted_study).integration
    assert found.shares == {"big": 0.75, "small": 0.25}
    assert (found.predicted, found.measured) == (Interval(2.5, 2.4, 2.6), 2.45)


def test_a_blend_predicted_from_other_fits_is_not(fitted_study):
    integrated(fitted_study, "other")
    assert integration_view(fitted_study) is None


@pytest.mark.parametrize("counted", [True, False])
def test_what_sources_share_is_reported_where_it_was_counted(study, counted, monkeypatch):
    shared = {("big", "small"): Overlap(0.25, 0.5), ("small", "big"): Overlap(1.0, 0.75)}
    prepared = read_prepared(study)
    monkeypatch.setattr(
        type(prepared), "overlap", lambda _, a, b: shared[a, b] if counted else None
    )
    rows = overlap_rows(study, prepared)
    if counted:
        assert [(row.source, row.other, row.documents, row.text) for row in rows] == [
            ("big", "small", 0.25, 0.5),
            ("small", "big", 1.0, 0.75),
        ]
    else:
        assert rows is None


def test_a_prepared_study_counts_what_its_sources_share(study):
    rows = overlap_rows(replace(study), read_prepared(study))
    assert [(row.source, row.other) for row in rows] == [("big", "small"), ("small", "big")]
    assert all(0.0 <= row.documents <= 1.0 for row in rows)
