import pytest

from assay.errors import DataError, StudyError
from assay.records import CONTROL
from assay.study.chosen import ChosenRun, write_chosen
from assay.study.layout import make_plan
from assay.study.plan import read_plan
from assay.study.prices import price_sources
from assay.study.purse import spent

_LADDER = "to = 1024\nseeds = [3, 2, 1]"


def by_source(plan):
    names = dict.fromkeys(spec.source for spec in plan.specs)
    return {name: [s for s in plan.specs if s.source == name] for name in names}


def budgets(plan):
    return {name: sorted({s.tokens for s in specs}) for name, specs in by_source(plan).items()}


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


def test_quotas_are_exact_and_the_control_has_no_candidate(study):
    specs = {(s.source, s.tokens): s for s in make_plan(study).specs if s.seed == 0}
    assert specs["control", 1024].candidate_sequences == 0
    assert specs["big", 1024].candidate_sequences == 48


def test_a_cap_limits_what_is_unique(study, change):
    capped = change(study, 'name = "big"', 'name = "big"\ncap = 200')
    specs = {(s.source, s.tokens): s for s in make_plan(capped).specs if s.seed == 0}
    assert specs["big", 1024].unique_sequences == 199 // 16
    assert specs["big", 1024].epochs == 4.0


def test_names_of_runs_that_do_not_repeat_are_those_of_before(study, change):
    plan = make_plan(change(study, 'budget = "4 USD"', "anneal_tokens = 1024"))
    assert {each.run_epochs for each in plan.sources} == {1}
    assert {s.key for s in plan.specs if s.seed == 0} == {
        "control-256-s0-158efd80f84a",
        "big-256-s0-725f1c004e2a",
        "small-256-s0-1dc367da8c70",
        "control-512-s0-8d65e3ee79e3",
        "big-512-s0-a1a541c7a719",
        "small-512-s0-80473146d721",
        "control-1024-s0-f77fbcb46dac",
        "big-1024-s0-efa79ff0a1d6",
        "small-1024-s0-23d0d601466c",
    }


def test_runs_repeat_a_source_as_often_as_the_final_anneal_will(study, change):
    longer = change(study, 'budget = "4 USD"', "anneal_tokens = 3600")
    plan = make_plan(longer)
    big, small = plan.sources
    # 0.75 x 3600 = 2,700 tokens drawn, of the 902 tokens of `small` and the 13,733 of `big`
    assert small.deciding_epochs == pytest.approx(2700 / 902)
    assert (big.deciding_epochs, big.run_epochs, small.run_epochs) == (1.0, 1, 3)
    runs = by_source(plan)
    assert {s.epochs for s in runs["big"]} == {1.0}
    assert {s.epochs for s in runs["small"]} == {3.0}
    assert [s.unique_sequences for s in runs["small"] if s.seed == 0] == [4, 8, 16]


def test_a_fresh_seed_stands_beside_a_repeated_one_where_a_law_can_tell(study, change):
    four = change(study, _LADDER, "to = 2048\nseeds = [2, 3, 2, 1]")
    asked = change(four, 'budget = "4 USD"', "anneal_tokens = 3600")
    epochs = {(s.tokens, s.seed): s.epochs for s in by_source(make_plan(asked))["small"]}
    assert {run for run, passes in epochs.items() if passes == 1.0} == {(256, 1), (512, 1)}
    assert {passes for run, passes in epochs.items() if passes != 1.0} == {3.0}
    for old, new in (
        ("[ladder]", '[fit]\nlaw = "power"\n[ladder]'),  # reads no epochs
        ("seeds = [2, 3, 2, 1]", "seeds = [2, 1, 1, 1]"),  # has no second seed
        ("to = 2048\nseeds = [2, 3, 2, 1]", "to = 1024\nseeds = 2"),  # too short to tell
    ):
        alike = make_plan(change(asked, old, new))
        assert {s.epochs for s in by_source(alike)["small"]} == {3.0}
        change(asked, new, old)


def test_a_source_too_small_for_the_ladder_gets_the_rungs_that_it_can_fill(study, change):
    long = change(study, _LADDER, "to = 16384\nseeds = 1")
    plan = make_plan(long)
    grid = [256 * 2**i for i in range(7)]
    assert budgets(plan) == {"control": grid, "big": grid, "small": grid[:5]}
    small = plan.sources[1]
    assert (small.reach, small.own_rungs) == (4736, False)


def test_a_source_too_small_for_its_law_gets_a_ladder_of_its_own(study, change):
    long = change(study, "from = 256\n" + _LADDER, "from = 2048\nto = 16384\nseeds = [3, 2, 1, 1]")
    plan = make_plan(long)
    assert plan.sources[1].own_rungs
    own, grid = [1152, 2368, 4736], [2048, 4096, 8192, 16384]
    assert budgets(plan) == {"control": sorted(own + grid), "big": grid, "small": own}
    seeds = [sum(s.tokens == tokens for s in by_source(plan)["small"]) for tokens in own]
    assert seeds == [3, 2, 1]
    assert all(s.epochs <= 4.0 for s in plan.specs)


def test_a_source_of_a_few_words_is_refused_by_name(study, change):
    high = change(study, "from = 256\n" + _LADDER, "from = 2560\nto = 10240\nseeds = 1")
    wide = change(
        high,
        "sequence_tokens = 16\nbatch_sequences = 4",
        "sequence_tokens = 16\nbatch_sequences = 160",
    )
    with pytest.raises(
        StudyError,
        match=r'source "small" has 896 tokens .* 3 budgets .* 7,680 trained tokens: it needs 1,440',
    ):
        make_plan(wide)


def test_a_purse_leaves_out_the_highest_rungs_of_all_sources(study, change):
    five = change(study, _LADDER, "to = 4096\nseeds = 1")
    whole = make_plan(five)
    priced = price_sources(five, whole)
    assert budgets(whole)["big"] == [256, 512, 1024, 2048, 4096]
    costs = [
        spent([s for s in whole.specs if s.tokens <= top], priced, "usd")
        for top in (1024, 2048, 4096)
    ]
    for pilot, left_out in ((costs[2], ()), (costs[1], (4096,)), (costs[2] * 0.999, (4096,))):
        plan = make_plan(
            change(five, 'budget = "4 USD"', f'budget = "4 USD"\npilot = "{pilot!r} USD"')
        )
        assert plan.left_out == left_out
        assert spent(plan.specs, priced, "usd") <= pilot
        change(five, f'\npilot = "{pilot!r} USD"', "")
    with pytest.raises(StudyError, match=r'pilot "0.5 USD" is below 1\.01 USD, .* 9 runs: raise'):
        make_plan(change(five, 'budget = "4 USD"', 'budget = "4 USD"\npilot = "0.5 USD"'))


def test_a_ladder_without_an_end_climbs_to_the_deciding_point(study, change):
    asked = change(study, 'budget = "4 USD"', 'anneal_tokens = 4096\npilot = "100 USD"')
    plan = make_plan(change(asked, _LADDER, "seeds = [2, 1]"))
    assert budgets(plan)["big"] == budgets(plan)["control"] == [256, 512, 1024, 2048, 4096]
    spend = change(asked, "anneal_tokens = 4096", 'budget = "1.02 USD"')
    plan = make_plan(spend)
    for each in plan.sources:
        top = max(budgets(plan)[each.source])
        assert top <= min(each.deciding_tokens, each.reach) < 2 * top


def test_a_length_that_only_some_sources_supply_is_no_error(study, change):
    plan = make_plan(change(study, 'budget = "4 USD"', 'anneal_tokens = "20k"'))
    big, small = plan.sources
    assert big.deciding_tokens == 20_000
    assert (small.deciding_tokens, small.deciding_epochs, small.run_epochs) == (None, None, 1)


def test_a_length_that_no_source_supplies_is_refused(study, change):
    with pytest.raises(
        StudyError,
        match=r'anneal_tokens = 50000000000 is more .*"big" lasts for 7.324e\+04 trained',
    ):
        make_plan(change(study, 'budget = "4 USD"', 'anneal_tokens = "50B"'))


def test_a_total_cost_below_every_fixed_cost_is_refused(study, change):
    dear = change(study, 'kind = "raw"', 'kind = "licensed", fixed_usd = 5.0')
    with pytest.raises(StudyError, match=r'budget "0\.5 USD" is below what the first tokens'):
        make_plan(change(dear, '"4 USD"', '"0.5 USD"'))


def test_chosen_runs_are_added_to_the_rungs_that_no_source_can_do_without(study, change):
    five = change(study, _LADDER, "to = 4096\nseeds = 2")
    asked = change(five, 'budget = "4 USD"', "anneal_tokens = 4096")
    write_chosen(asked, [])
    start = make_plan(asked)
    four = [256, 512, 1024, 2048]  # what repeats needs four to tell, the rest three for its law
    assert budgets(start) == {"control": four, "big": four[:3], "small": four}
    runs = [ChosenRun("big", 8192, 0), ChosenRun("control", 256, 0), ChosenRun("gone", 64, 0)]
    write_chosen(asked, runs)
    assert [s.tokens for s in make_plan(asked).specs if s not in start.specs] == [8192]
    for tokens, message in (
        (100, r"chosen\.json asks for a run of 100 tokens, and an update has 64"),
        (8192, r'source "small" lasts for runs of 4,736 trained tokens'),
    ):
        write_chosen(asked, [ChosenRun("small", tokens, 0)])
        with pytest.raises(StudyError, match=message):
            make_plan(asked)


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


def test_a_blend_gets_the_ladder_and_its_runs_draw_its_shares_to_the_sequence(
    blended_study, change
):
    plan = make_plan(change(blended_study, 'budget = "4 USD"', "anneal_tokens = 1024"))
    runs = by_source(plan)
    assert budgets(plan)["both"] == [256, 512, 1024]
    assert [each.source for each in plan.sources] == ["big", "small", "both"]
    for alone, both in zip(runs["big"], runs["both"], strict=True):
        assert both.candidate_sequences == alone.candidate_sequences
        assert both.replay_unique_sequences == alone.replay_unique_sequences
        drawn = {each.name: each.candidate_sequences for each in both.members}
        assert drawn == {
            "big": both.candidate_sequences * 3 // 4,
            "small": both.candidate_sequences // 4,
        }
        assert both.candidate_sha256 == ""
        assert both.epochs == 1.0
    digests = {each.name: each.sha256 for each in runs["both"][0].members}
    assert digests == {name: runs[name][0].candidate_sha256 for name in ("big", "small")}


def test_a_blend_leaves_the_names_of_all_other_runs_alone(study, change):
    before = {spec.key for spec in make_plan(study).specs}
    blend = '[[blend]]\nname = "both"\nshares = { big = 0.75, small = 0.25 }\n[ladder]'
    specs = make_plan(change(study, "[ladder]", blend)).specs
    assert {spec.key for spec in specs if spec.source != "both"} == before
    assert len(specs) == len(before) + 6


def test_a_blend_ends_and_repeats_with_its_scarcest_member(study, change):
    # `small` has 56 sequences of 16 tokens, `big` 858: half of each is 112 at once, 448 repeated
    half = '[[blend]]\nname = "half"\nshares = { big = 0.5, small = 0.5 }\n[ladder]'
    long = change(change(study, "[ladder]", half), _LADDER, "to = 16384\nseeds = 1")
    plan = make_plan(change(long, 'budget = "4 USD"', "anneal_tokens = 16384"))
    # three quarters of a run are drawn: 448 sequences in 9,552 tokens, in whole updates of 64
    assert plan.sources[2].reach == 448 * 16 * 4 // 3 // 64 * 64
    assert budgets(plan)["half"] == [256 * 2**i for i in range(6)]
    largest = by_source(plan)["half"][-1]
    drawn = {each.name: each for each in largest.members}
    assert drawn["small"].unique_sequences == drawn["big"].unique_sequences
    assert largest.unique_sequences <= 112


def test_a_run_of_a_blend_can_be_chosen_up_to_where_its_scarcest_member_ends(blended_study):
    write_chosen(blended_study, [ChosenRun("both", 2048, 0)])
    runs = by_source(make_plan(blended_study))["both"]
    assert max(spec.tokens for spec in runs) == 2048
    write_chosen(blended_study, [ChosenRun("both", 65536, 0)])
    message = r'blend "both", whose scarcest member is "small", lasts for .* and one of 65,536'
    with pytest.raises(StudyError, match=message):
        make_plan(blended_study)


def test_a_plan_with_a_blend_survives_its_file(blended_study):
    plan = make_plan(blended_study)
    plan.write(blended_study.output.plan)
    assert read_plan(blended_study) == plan
