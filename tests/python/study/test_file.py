from typing import get_args

import pytest

from assay.comparison.question import FixedAnneal, FixedSpend
from assay.errors import DataError, StudyError
from assay.laws import LAWS, make
from assay.study.file import LawName, load_study
from assay.study.prepare import recipe
from assay.units import Quantity


def load(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text)
    return load_study(path)


def test_a_small_study_gets_its_defaults(tmp_path, small_study):
    study = load(tmp_path, small_study)
    assert study.out == tmp_path / "study.assay"
    assert study.source_names == ("a",)
    assert study.file.replay.ratio == 0.3
    assert study.file.ladder.budgets == (1000, 2000, 4000, 8000, 16000)
    assert [study.file.ladder.seeds_on(rung) for rung in range(5)] == [2] * 5
    assert study.file.target.path == ("target.jsonl",)
    assert study.file.anneal.packing == "concatenate"


def test_the_keys_of_the_question(tmp_path, small_study):
    spend = load(tmp_path, small_study).file.study
    assert spend.question == FixedSpend(Quantity(40.0, "usd"))
    assert (spend.purse, spend.least_gain) == (None, 0.0)
    asked = small_study.replace(
        'budget = "40 USD"', 'anneal_tokens = "50B"\npilot = "30 USD"\nleast_gain = 0.01'
    )
    fixed = load(tmp_path, asked).file.study
    assert fixed.question == FixedAnneal(5e10)
    assert fixed.purse == Quantity(30.0, "usd")
    assert fixed.least_gain == 0.01


def test_numbers_of_tokens_may_be_written_as_text(tmp_path, small_study):
    text = small_study.replace("from = 1000", 'from = "1k"').replace("16000", '"0.016M"')
    text = text.replace('name = "a"', 'name = "a"\ncap = "1.5B"')
    text = text.replace("[base]", '[base]\npretrain = { tokens = "20_000" }')
    file = load(tmp_path, text).file
    assert file.ladder.budgets == (1000, 2000, 4000, 8000, 16000)
    assert (file.source[0].cap, file.base.pretrain.tokens) == (1.5e9, 20_000)


def test_a_ladder_may_end_where_the_purse_does(tmp_path, small_study):
    text = small_study.replace("to = 16000", "seeds = [3, 1]").replace(
        '"40 USD"', '"40 USD"\npilot = "3 USD"'
    )
    file = load(tmp_path, text).file
    assert file.ladder.budgets == (1000,)
    assert file.ladder.budgets_to(4100.0) == (1000, 2000, 4000)
    assert [file.ladder.seeds_on(rung) for rung in range(4)] == [3, 1, 1, 1]
    file.check_ladder_ends()
    endless = load(tmp_path, small_study.replace("to = 16000", ""))
    with pytest.raises(StudyError, match=r"\[ladder\] to and \[study\] pilot are both missing"):
        endless.file.check_ladder_ends()
    endless.with_purse("3 USD").file.check_ladder_ends()
    with pytest.raises(StudyError, match=r"factor = 2.0 makes more than 1,000 rungs from 1000"):
        file.ladder.budgets_to(1e305)


def test_the_limit_of_the_guard_is_in_nats(tmp_path, small_study):
    assert load(tmp_path, small_study).file.guard.limit is None
    limited = small_study.replace('["guard.jsonl"]', '["guard.jsonl"]\nlimit = "0.05 nats"')
    assert load(tmp_path, limited).file.guard.limit == 0.05


def test_a_blend_names_its_members_and_their_shares(tmp_path, small_study):
    second = (
        '\n[[source]]\nname = "b"\npath = "b.jsonl"\ncost = { kind = "raw" }\n'
        '[[blend]]\nname = "a+b"\nshares = { a = 0.25, b = 0.75 }\n'
    )
    (blend,) = load(tmp_path, small_study + second).file.blend
    assert (blend.name, blend.shares) == ("a+b", {"a": 0.25, "b": 0.75})
    for old, new, message in (
        ("b = 0.75", "b = 0.7", r'\[\[blend\]\] "a\+b" shares sum to 0.95: make them sum to 1'),
        ("b = 0.75", "c = 0.75", r'a share of "c", and the sources are a, b'),
        ('"a+b"', '"b"', r'\[\[blend\]\] name "b" is taken or reserved'),
        (", b = 0.75", "", r'\[\[blend\]\] "a\+b" shares.*at least 2'),
    ):
        with pytest.raises(StudyError, match=message):
            load(tmp_path, (small_study + second).replace(old, new))


def test_the_old_key_of_near_is_read(tmp_path, small_study):
    for key in ("near", "minhash"):
        study = load(tmp_path, f"{small_study}\n[prepare]\n{key} = false\n")
        assert recipe(study)["dedup"]["near"] is None
    assert "near" not in recipe(load(tmp_path, small_study))["dedup"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "s"', 'nmae = "s"', r'\[study\] nmae is an unknown key \(did you mean "name"\?\)'),
        (
            "gpu_hour",
            "gpu_hours",
            r'\[prices\] gpu_hours is an unknown key \(did you mean "gpu_hour"\?\)',
        ),
        ('name = "s"', "", r"\[study\] name is missing"),
        ("1e15", "989.5", r"\[prices\] peak_flops: found 989\.5, expected the FLOPs per second"),
        (
            '{ kind = "raw" }',
            '{ kind = "raw", tiers = [{ up_to = 2e6, usd_per_million_tokens = 1 }, '
            "{ up_to = 1e6, usd_per_million_tokens = 2 }] }",
            r'\[\[source\]\] "a" cost\.tiers: a tier up to 1e\+06 tokens follows one up to 2e\+06',
        ),
        (
            "[study]",
            "[study]\nseed = 18446744073709551616",
            r"\[study\] seed: it should be less than",
        ),
        ("40 USD", "40 EUR", r'\[study\] budget: cannot read the amount "40 EUR"'),
        ("40 USD", "1e9 FLOPs", r'\[study\] budget "1e9 FLOPs" is not in the currency "usd"'),
        ('budget = "40 USD"', "", r"\[study\] asks nothing: give budget.* or anneal_tokens"),
        (
            'budget = "40 USD"',
            'budget = "40 USD"\nanneal_tokens = 1000',
            r'budget "40 USD" and anneal_tokens 1000: the total cost or the length can be fixed',
        ),
        ("40 USD", '40 USD"\npilot = "3 FLOPs', r'pilot "3 FLOPs" is not in the currency "usd"'),
        ("40 USD", '40 USD"\npilot = "lots', r'\[study\] pilot: cannot read the amount "lots"'),
        ('budget = "40 USD"', 'anneal_tokens = "50X"', r'cannot read "50X" as a number of tokens'),
        ('budget = "40 USD"', 'anneal_tokens = "0.5"', r"\[study\] anneal_tokens.*found 0\.5"),
        ("40 USD", '40 USD"\nleast_gain = -1 #', r"\[study\] least_gain.*found -1"),
        (
            "[replay]",
            "limit = 0.05\n[replay]",
            r"\[guard\] limit: found 0.05: give it with its unit",
        ),
        ("[replay]", 'limit = "5%"\n[replay]', r'\[guard\] limit: cannot read "5%"'),
        ('name = "a"', 'name = "control"', r'"control" is reserved'),
        ('name = "a"', 'name = "../a"', r'\[\[source\]\] "\.\./a" name: it should match'),
        (
            'kind = "raw"',
            'kind = "row"',
            r'\[\[source\]\] "a" cost\.kind: found \'row\', expected one',
        ),
        ("to = 16000", "to = 16000\nseeds = [1, 2]", r"2 numbers for 5 rungs"),
        ('path = "replay.jsonl"', 'path = "r"\nratio = 1.5', r"\[replay\] ratio.*found 1\.5"),
        (
            'tokenizer = "tokenizer.json"',
            'tokenizer = "t"\nmodel = "m"',
            "learning_rate is missing",
        ),
        (
            "to = 16000",
            'to = 16000\n[anneal]\npacking = "best"',
            r"\[anneal\] packing.*found \'best\'",
        ),
        ("[guard]", "[guard", "is not TOML"),
        ('kind = "raw"', 'kid = "raw"', r'\[\[source\]\] "a" cost\.kind is missing'),
        ('kind = "raw"', 'kind = "raw", fixd_usd = 1', r"fixd_usd.*did you mean .fixed_usd.\?"),
        (
            'budget = "40 USD"',
            'anneal_tokens = "15k"',
            r"\[ladder\] to = 16000 is above \[study\] anneal_tokens = 15000: .*lower `to`",
        ),
        (
            'budget = "40 USD"',
            "anneal_tokens = 500",
            r"\[ladder\] from = 1000 is above \[study\] anneal_tokens = 500: .*lower `from`",
        ),
        (
            'name = "a"',
            'name = "a"\ncap = 50',
            r'"a" cap = 50 tokens, and the smallest run, \[ladder\] from = 1000, trains on 700 of',
        ),
        ("to = 16000", 'to = "16 Q"', r'cannot read "16 Q" as a number of tokens'),
        ("to = 16000", "to = 999", r"\[ladder\] from = 1000 is above to = 999"),
        ("to = 16000", "to = 16000\nfactor = inf", r"\[ladder\] factor.*found inf"),
        (
            "to = 16000",
            "to = 16000\nfactor = 1.1",
            r"budgets of 1000 and 1100 tokens are the same 1 updates: raise `factor`, or `from`",
        ),
        ("from = 1000", "from = 500", r"500 tokens is less than one batch of 4 x 256 tokens"),
        (
            "[ladder]",
            "[anneal]\nwarmup_steps = 1\n[ladder]",
            r"warmup_steps is 1, and a budget of 1000 tokens has 1 updates",
        ),
        (
            "[ladder]",
            "[anneal]\nlearning_rate = inf\n[ladder]",
            r"\[anneal\] learning_rate.*found inf",
        ),
        ("[ladder]", '[fit]\nlaw = "powr"\n[ladder]', r"\[fit\] law.*'power'.*found 'powr'"),
        ("[ladder]", '[fit]\nlaw = "chinchilla"\n[ladder]', r"found 'chinchilla'"),
        ("[ladder]", "[evaluate]\nwindows = 1\n[ladder]", r"\[evaluate\] windows.*found 1"),
        (
            "[base]",
            "[base]\nshape = { hidden = 16, heads = 3 }",
            "hidden = 16 for 3 heads: expected a multiple of 6",
        ),
        (
            'path = "a.jsonl"',
            'path = ""',
            r'\[\[source\]\] "a" path number 1.*at least 1 character',
        ),
        (
            'path = "a.jsonl"',
            'path = "a.jsonl"\nfilters = "c4"',
            r"""\[\[source\]\] "a" filters: expected a list, found 'c4'""",
        ),
        ("[[source]]", "[source]", r"\[source\] is one table, .*: write \[\[source\]\]"),
    ],
)
def test_a_wrong_study_names_the_key_in_one_line(tmp_path, small_study, old, new, message):
    assert old in small_study
    with pytest.raises((StudyError, DataError), match=message) as raised:
        load(tmp_path, small_study.replace(old, new))
    assert "\n" not in str(raised.value)
    assert "study.toml" in str(raised.value)


def test_the_laws_of_a_study_are_those_in_tokens():
    laws = {name: make(name, anchor=1.0) for name in LAWS if name != "mixture"}
    in_tokens = {name for name, law in laws.items() if law.predictors[0] == "x"}
    assert {*get_args(LawName)} == {"auto", *in_tokens}


def test_a_source_named_twice_is_refused(tmp_path, small_study):
    again = '[[source]]\nname = "a"\npath = "b.jsonl"\ncost = { kind = "raw" }\n'
    with pytest.raises(StudyError, match="used twice"):
        load(tmp_path, small_study + again)


def test_a_missing_study_says_how_to_get_one(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.toml does not exist"):
        load_study(tmp_path / "nowhere.toml")


def test_a_study_and_its_output_are_given_by_paths(tmp_path, small_study):
    (tmp_path / "study.toml").write_text(small_study)
    study = load_study(str(tmp_path / "study.toml"), str(tmp_path / "out"))
    assert study.out == tmp_path / "out"
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        load_study(tmp_path)
    with pytest.raises(StudyError, match="the study is NoneType, expected the path of a file"):
        load_study(None)


@pytest.mark.parametrize("stride", [1, 63])
def test_windows_may_slide(tmp_path, small_study, stride):
    study = load(tmp_path, sliding(small_study, stride))
    assert study.file.evaluate.stride_tokens == stride


def test_a_stride_longer_than_its_windows_is_refused(tmp_path, small_study):
    with pytest.raises(StudyError, match=r"\[evaluate\] stride_tokens is 64 .* expected 1 to 63"):
        load(tmp_path, sliding(small_study, 64))


def sliding(study, stride):
    return f"{study}[evaluate]\nwindow_tokens = 64\nstride_tokens = {stride}\n"
