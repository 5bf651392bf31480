"""Candidates are alternatives: each is prepared alone, and what they share is told."""

import json
import re

import pytest

from assay.cli import main
from assay.corpus import Overlap
from assay.study import stages
from assay.study.prepare import read_prepared, recipe

_OPTIONS = stages.StageOptions(progress=False)


@pytest.fixture
def sharing(study):
    """Give ``big`` 6 documents of the replay and 3 of the 4 of ``small``, 59 in all."""
    lines = {
        name: (study.folder / f"{name}.jsonl").read_text().splitlines(keepends=True)
        for name in ("replay", "big", "small")
    }
    big = [*lines["big"][:50], *lines["replay"][:6], *lines["small"][:3]]
    (study.folder / "big.jsonl").write_text("".join(big))
    return study


def kept(study):
    reports = stages.prepare(study, _OPTIONS)["sources"]
    return {report["name"]: report["kept"]["documents"] for report in reports}


def test_a_candidate_loses_what_the_replay_has_and_nothing_to_other_candidates(sharing):
    assert kept(sharing) == {"replay": 60, "big": 53, "small": 4}
    assert recipe(sharing)["dedup"]["across"] == ["replay"]


def test_what_candidates_share_is_a_share_of_each(sharing):
    stages.prepare(sharing, _OPTIONS)
    prepared = read_prepared(sharing)
    assert prepared.overlap("small", "big") == Overlap(
        documents=0.75, text=pytest.approx(0.75, rel=0.1)
    )
    of_big = prepared.overlap("big", "small")
    assert of_big.documents == pytest.approx(3 / 53)
    assert of_big.text == pytest.approx(3 / 53, rel=0.1)
    assert prepared.overlap("big", "replay") is None


def test_the_file_can_ask_for_duplicates_to_be_taken_from_later_candidates(sharing, change):
    assert kept(sharing)["small"] == 4
    across = change(sharing, "[evaluate]", "[prepare]\nacross = true\n[evaluate]")
    # What was prepared for alternatives is not taken for this.
    assert kept(across) == {"replay": 60, "big": 53, "small": 1}
    assert recipe(across)["dedup"]["across"] is True
    assert read_prepared(across).overlap("big", "small") is None


def test_the_command_says_how_much_of_each_candidate_another_has(sharing, capsys):
    assert main(["prepare", str(sharing.folder / "study.toml")]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^7\d\.\d% of the text of small is in big too$", said, re.M)
    assert re.search(r"^5\.\d% of the text of big is in small too$", said, re.M)


def test_the_manifest_of_before_alternatives_is_still_read(sharing):
    stages.prepare(sharing, _OPTIONS)
    path = sharing.output.manifest
    manifest = json.loads(path.read_text())
    del manifest["overlaps"]
    manifest["recipe"]["dedup"]["across"] = True
    path.write_text(json.dumps(manifest))
    assert read_prepared(sharing).overlap("small", "big") is None
