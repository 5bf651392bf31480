import pytest

from assay import corpus
from assay.errors import DataError, StudyError
from assay.records import CONTROL
from assay.study import stages
from assay.study.plan import make_plan, read_plan


def test_a_plan_is_ladder_by_sources_by_seeds_with_the_control_at_every_budget(study):
    specs = make_plan(study).specs
    runs = {(s.source, s.tokens, s.seed) for s in specs}
    assert len(specs) == len(runs) == (3 + 2 + 1) * 3
    for name in (CONTROL, "big", "small"):
        assert {(t, s) for n, t, s in runs if n == name} == {
            *((256, seed) for seed in range(3)),
            *((512, seed) for seed in range(2)),
            (1024, 0),
        }
    assert len({s.key for s in specs}) == len(specs)


def test_quotas_are_exact_and_a_small_source_repeats(study):
    specs = {(s.source, s.tokens): s for s in make_plan(study).specs if s.seed == 0}
    assert specs["control", 1024].candidate_sequences == 0
    assert specs["big", 1024].candidate_sequences == 48
    assert specs["big", 1024].epochs == 1.0
    have = (corpus.TokenStore.open(study.output.store("small")).header["tokens"] - 1) // 16
    assert specs["small", 1024].unique_sequences == min(48, have)


def test_a_cap_limits_what_is_unique(study, change):
    capped = change(study, 'name = "big"', 'name = "big"\ncap = 200')
    specs = {(s.source, s.tokens): s for s in make_plan(capped).specs if s.seed == 0}
    assert specs["big", 1024].unique_sequences == 199 // 16
    assert specs["big", 1024].epochs == 4.0


def test_a_source_too_small_for_its_budget_is_refused(study, change):
    greedy = change(study, "to = 1024\nseeds = [3, 2, 1]", "to = 131072\nepochs_max = 2")
    with pytest.raises(StudyError, match=r'source "(big|small)" has [\d,]+ tokens.*epochs_max'):
        make_plan(greedy)


def test_a_plan_survives_its_file(study):
    plan = make_plan(study)
    plan.write(study.output.plan)
    assert read_plan(study) == plan


def test_a_folder_that_holds_no_model_is_refused(study, change):
    folder = study.folder / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    rated = change(study, "[anneal]", "[anneal]\nlearning_rate = 1e-3")
    other = change(rated, "tokenizer =", 'model = "model"\ntokenizer =')
    with pytest.raises(DataError, match=r"model holds no \*\.safetensors"):
        make_plan(other)
    with pytest.raises(DataError, match=r"config\.json is missing"):
        make_plan(change(other, '"model"', '"nothing"'))


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
