import errno
import itertools
import json
import re
import subprocess
import sys

import numpy as np
import pytest

import assay
from assay.cli import VERBS, main


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def complaint(capsys, *arguments):
    """Run a command that must fail: exit code and the one line it complains with."""
    code, out, err = run(capsys, *arguments)
    assert out == ""
    assert err.startswith("assay: ")
    assert err.count("\n") == 1, err
    return code, err


def test_help_names_every_verb_with_its_summary(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    for verb in VERBS:
        assert re.search(rf"\n    {verb.__name__.rsplit('.', 1)[-1]}\s", out)
    assert "examples:" in out


@pytest.mark.parametrize("verb", [v.__name__.rsplit(".", 1)[-1] for v in VERBS])
def test_every_verb_explains_itself_with_an_example(capsys, verb):
    if verb == "corpus":
        assert main(["corpus", "--help"]) == 0
        return
    with pytest.raises(SystemExit) as stopped:
        main([verb, "--help"])
    assert stopped.value.code == 0
    assert f"assay {verb} " in capsys.readouterr().out


def test_the_version_is_the_package_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"assay {assay.__version__}\n"


def test_the_package_loads_what_is_slow_to_load_only_when_it_is_used():
    slow = ["matplotlib", "pandas", "pyarrow", "pydantic", "scipy", "torch"]
    show = f"import sys, assay; print(set({slow}) & set(sys.modules), assay.read_prices.__name__)"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert done.stdout == "set() read_prices\n"


def test_a_missing_study_is_bad_data(capsys, tmp_path):
    code, err = complaint(capsys, "run", tmp_path / "no.toml")
    assert code == 3
    assert "no.toml does not exist" in err


def test_a_misspelt_key_is_a_usage_error(capsys, tmp_path, small_study):
    study = tmp_path / "study.toml"
    study.write_text(small_study.replace("budget", "budgte"))
    code, err = complaint(capsys, "run", study)
    assert code == 2
    assert '[study] budgte is an unknown key (did you mean "budget"?)' in err


@pytest.mark.parametrize(
    ("verb", "first"),
    [
        ("plan", "assay prepare"),
        ("fit", "assay evaluate"),
        ("compare", "assay fit"),
    ],
)
def test_a_stage_out_of_turn_names_the_stage_before(capsys, tmp_path, small_study, verb, first):
    study = tmp_path / "study.toml"
    study.write_text(small_study)
    code, err = complaint(capsys, verb, study)
    assert code == 3
    assert f"`{first}`" in err


def test_a_missing_text_file_is_named_before_anything_is_written(capsys, tmp_path, small_study):
    study = tmp_path / "study.toml"
    study.write_text(small_study)
    (tmp_path / "tokenizer.json").write_text("{}")
    code, err = complaint(capsys, "prepare", study, "--no-progress")
    assert code == 3
    assert "tokenizer.json" in err or "replay.jsonl" in err
    assert not (tmp_path / "study.assay" / "prepared" / "manifest.json").exists()


def test_an_option_for_tables_is_refused_beside_a_study(capsys, tmp_path):
    code, err = complaint(capsys, "compare", tmp_path / "study.toml", "--law", "power", "--at", "9")
    assert code == 2
    assert "--law, --at: for tables of results only" in err


def test_an_option_for_studies_is_refused_beside_a_table(capsys, ladders):
    code, err = complaint(capsys, "fit", ladders, "--out", "there")
    assert code == 2
    assert "--out is for studies" in err


@pytest.fixture(scope="module")
def ladders(tmp_path_factory):
    """A table of two sources at six budgets, under other names than the usual."""
    tokens = 1e6 * 2.0 ** np.arange(6)
    rows = ["corpus,d,nll,seed,row"]
    for source, a, alpha in (("web", 40.0, 0.3), ("books", 300.0, 0.45), ("control", 90.0, 0.3)):
        for i, (d, wobble) in enumerate(zip(tokens, [1, -1, 1, -1, 1, -1], strict=True)):
            loss = (2.0 + a * d**-alpha) * (1.0 + 5e-4 * wobble)
            rows.append(f"{source},{d},{loss},0,{source}{i}")
    path = tmp_path_factory.mktemp("ladders") / "runs.csv"
    path.write_text("\n".join(rows))
    return path


COLUMNS = ("--x", "d", "--y", "nll", "--source", "corpus")
QUICK = ("--resamples", "50")


def test_fit_prints_each_source_with_its_law(capsys, ladders):
    code, out, err = run(capsys, "fit", ladders, *COLUMNS, *QUICK)
    assert (code, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines() if "power law" in line] == [
        "web",
        "books",
        "control",
    ]


def test_fit_prints_json_that_reads_back(capsys, ladders):
    code, out, _ = run(capsys, "fit", ladders, *COLUMNS, *QUICK, "--json")
    assert code == 0
    fits = assay.Fits.from_dict(json.loads(out))
    assert fits["web"].params["alpha"] == pytest.approx(0.3, rel=0.2)
    assert len(fits["web"].draws) == 50


def test_every_option_of_a_table_means_what_it_means_in_python(capsys, ladders):
    typed = {
        **{"law": "power,rectified", "run": "row", "seed": "seed", "objective": "huber-loss"},
        **{"delta": "0.01", "anchor": "9.5", "resamples": "20", "random-state": "7"},
    }
    words = [word for name, value in typed.items() for word in (f"--{name}", value)]
    code, out, _ = run(capsys, "fit", ladders, *COLUMNS, *words, "--json")
    assert code == 0
    expected = assay.fit(
        ladders,
        law=["power", "rectified"],
        x="d",
        y="nll",
        source="corpus",
        run="row",
        seed="seed",
        objective="huber-loss",
        delta=0.01,
        anchor=9.5,
        resamples=20,
        random_state=7,
    )
    assert json.loads(out) == json.loads(json.dumps(expected.to_dict()))


def test_rows_without_a_source_are_one_source(capsys, ladders):
    columns = ("--x", "d", "--y", "nll", "--source", "")
    code, out, _ = run(capsys, "fit", ladders, *columns, "--resamples", "0")
    assert code == 0
    assert out.startswith("all: power law, 18 runs")


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_workers_are_counted(capsys, tmp_path, workers):
    with pytest.raises(SystemExit):
        main(["anneal", str(tmp_path / "study.toml"), "--workers", workers])
    assert f"expected a whole number, 1 or more, found {workers}" in capsys.readouterr().err


def test_fit_names_a_column_that_is_not_there(capsys, ladders):
    code, err = complaint(capsys, "fit", ladders, "--x", "tokns")
    assert code == 3
    assert 'no column "tokns"' in err
    assert "found corpus, d, nll" in err


def test_fit_names_a_law_that_is_not_there(capsys, ladders):
    code, err = complaint(capsys, "fit", ladders, *COLUMNS, "--law", "power,powr")
    assert code == 3
    assert 'no law "powr": choose one of power, anchored' in err


@pytest.fixture(scope="module")
def usual(ladders):
    """The same table under the usual names."""
    path = ladders.with_name("usual.csv")
    path.write_text(ladders.read_text().replace("corpus,d,nll", "source,tokens,loss"))
    return path


@pytest.fixture(scope="module")
def sheet(ladders):
    """Books are dear; training is cheap."""
    path = ladders.with_name("prices.toml")
    path.write_text("""
params = 1e8
prices = { gpu_hour = 2.0, peak_flops = 1e15 }
source = [
    { name = "web", cost = { kind = "raw" } },
    { name = "books", cost = { kind = "licensed", usd_per_million_tokens = 500.0 } },
    { name = "control", share = 0.0, cost = { kind = "raw" } },
]
""")
    return path


def compared(capsys, *arguments):
    code, out, err = run(capsys, "compare", *arguments, *QUICK, "--json")
    assert (code, err) == (0, "")
    return assay.Comparison.from_dict(json.loads(out))


def test_compare_prints_a_verdict(capsys, usual):
    code, out, err = run(capsys, "compare", usual, *QUICK)
    assert (code, err) == (0, "")
    assert out.startswith("verdict at 3.2e+07 tokens: ")
    assert "order by the laws at this cost: " in out


def test_compare_decides_for_a_length(capsys, usual):
    comparison = compared(capsys, usual, "--anneal-tokens", "1B", "--least-gain", "0.5")
    assert (comparison.question, comparison.anneal_tokens) == ("anneal", 1e9)
    assert comparison.least_gain == 0.5
    code, err = complaint(capsys, "compare", usual, "--anneal-tokens", "1X")
    assert (code, err.count("\n")) == (2, 1)
    assert 'cannot read "1X" as a number of tokens' in err


def test_compare_decides_where_it_is_told(capsys, usual):
    comparison = compared(capsys, usual, "--at", "1e9", "--control", "web", "--confidence", "0.9")
    assert comparison.deciding.at == 1e9
    assert comparison.currency == "tokens"
    assert comparison.control == "web"
    assert comparison.confidence == 0.9
    assert comparison.by_law[0] == "books"
    assert compared(capsys, usual, "--at", "tokens=1e9").deciding.at == 1e9


def test_the_price_sheet_decides_in_money(capsys, usual, sheet):
    comparison = compared(capsys, usual, "--prices", sheet, "--at", "40 USD")
    assert comparison.currency == "usd"
    assert comparison.deciding.at == 40.0
    tokens = {s.source: s.tokens for s in comparison.deciding.standings}
    assert tokens["books"] is None  # 80,000 tokens: no run was that small
    assert tokens["web"] > 1e6
    assert [view.currency for view in comparison.views] == ["usd", "flops", "gpu_hours"]


def allocated(capsys, *arguments):
    code, out, err = run(capsys, "allocate", *arguments, *QUICK, "--json")
    assert (code, err) == (0, "")
    return assay.Allocation.from_dict(json.loads(out))


def test_allocate_says_how_much_to_buy_of_each(capsys, usual, sheet):
    code, out, err = run(capsys, "allocate", usual, "--prices", sheet, "--at", "40 USD", *QUICK)
    assert (code, err) == (0, "")
    assert out.startswith("allocation at 40 USD: web ")
    assert "best single source: web" in out
    found = allocated(capsys, usual, "--prices", sheet, "--at", "40 USD", "--confidence", "0.9")
    assert (found.limit, found.confidence) == (40.0, 0.9)


def test_allocate_for_a_length_with_a_limit_for_text(capsys, usual, sheet):
    length = ("--anneal-tokens", "60M", "--text-limit", "15000 USD")
    found = allocated(capsys, usual, "--prices", sheet, *length)
    assert (found.question, found.tokens, found.limit) == ("anneal", 6e7, 15000.0)
    assert found.text["usd"] <= 15000.0


def test_allocate_counts_blends_that_were_run(capsys, usual, sheet):
    rows = usual.read_text().splitlines()
    mix = [row.replace("control", "mix") for row in rows if row.startswith("control")]
    blended = usual.with_name("blended.csv")
    blended.write_text("\n".join([*rows, *mix]))
    arguments = (blended, "--prices", sheet, "--at", "40 USD")
    found = allocated(capsys, *arguments, "--blend", "mix=web:0.5,books:0.5")
    assert {one.source for one in found.portions} <= {"web", "books", "control"}
    code, err = complaint(capsys, "allocate", *arguments, "--blend", "mix=web", *QUICK)
    assert (code, err.count("\n")) == (2, 1)
    assert 'cannot read --blend "mix=web": write it as mix=books:0.5,web:0.5' in err
    code, err = complaint(capsys, "allocate", *arguments, "--blend", "mix=web:1.0,wb:0", *QUICK)
    assert (code, err.count("\n")) == (3, 1)
    assert 'the blend "mix" has a share of "wb", and the sources are web, books' in err


def test_allocate_needs_prices(capsys, usual):
    code, err = complaint(capsys, "allocate", usual, *QUICK)
    assert code == 2
    assert "--prices is missing" in err


def test_a_source_without_a_price_is_named(capsys, usual, sheet):
    short = sheet.with_name("short.toml")
    short.write_text(sheet.read_text().replace('"books"', '"films"'))
    code, err = complaint(capsys, "compare", usual, "--prices", short, *QUICK)
    assert code == 3
    assert "no price is given for books" in err


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("40 EUR", 'cannot read the amount "40 EUR"'),
        ("lots", 'cannot read the amount "lots"'),
        ("params=big", 'cannot read --at "params=big"'),
        ("40 USD", "compared in tokens, found 40 USD"),
        ("size=9", "at has size: give params or an amount of usd"),
    ],
)
def test_a_place_that_cannot_be_is_named(capsys, usual, at, said):
    _, err = complaint(capsys, "compare", usual, *QUICK, "--at", at)
    assert said in err


@pytest.fixture(scope="module")
def surface(ladders):
    """Two sources in parameters and tokens."""
    rows = ["source,params,tokens,loss"]
    for source, b in (("web", 410.0), ("books", 450.0)):
        for i, (n, d) in enumerate(itertools.product([1e8, 2e8, 4e8, 8e8], [1e9, 4e9, 16e9, 64e9])):
            loss = (1.7 + 400.0 * n**-0.33 + b * d**-0.28) * (1.0 + 5e-4 * (-1) ** i)
            rows.append(f"{source},{n},{d},{loss}")
    path = ladders.with_name("surface.csv")
    path.write_text("\n".join(rows))
    return path


def test_a_model_size_and_tokens_are_the_place_where_compute_is_spent(capsys, surface):
    columns = ("--x", "params,tokens", "--law", "chinchilla")
    fixed = compared(capsys, surface, *columns, "--at", "params=8e8,tokens=1e12")
    assert fixed.deciding.at == pytest.approx(6 * 8e8 * 1e12)
    assert [s.tokens for s in fixed.deciding.standings] == pytest.approx([1e12, 1e12])
    frontier = compared(capsys, surface, *columns, "--at", "1e22")
    assert frontier.deciding.at == 1e22
    assert frontier.currency == "flops"
    assert frontier.by_law == ("web", "books")


def test_backtest_says_how_the_withheld_budget_was_predicted(capsys, usual):
    code, out, err = run(capsys, "backtest", usual, *QUICK)
    assert (code, err) == (0, "")
    assert out.count("law, predicted ") == 3
    assert "pairs in the right order: " in out
    code, out, _ = run(capsys, "backtest", usual, *QUICK, "--level", "0.5", "--json")
    assert code == 0
    assert json.loads(out)["level"] == 0.5
    assert [w["source"] for w in json.loads(out)["withheld"]] == ["web", "books", "control"]


def test_backtest_of_too_short_ladders_says_what_is_missing(capsys, tmp_path, usual):
    short = tmp_path / "short.csv"
    short.write_text("\n".join(usual.read_text().splitlines()[:4]))
    code, err = complaint(capsys, "backtest", short)
    assert code == 3
    assert "no source has enough budgets to withhold the largest one" in err


def test_backtest_of_a_study_reads_its_fits(capsys, monkeypatch, tmp_path, small_study, usual):
    study = tmp_path / "study.toml"
    study.write_text(small_study + "[fit]\nconfidence = 0.9\n")
    fits = assay.fit(usual, resamples=50)
    monkeypatch.setattr("assay.cli.backtest.read_fits", lambda _: fits)
    code, out, _ = run(capsys, "backtest", study)
    assert code == 0
    assert out.count("90% interval") == 3


def test_backtest_of_a_study_needs_its_fits(capsys, tmp_path, small_study):
    study = tmp_path / "study.toml"
    study.write_text(small_study)
    code, err = complaint(capsys, "backtest", study)
    assert code == 3
    assert "`assay fit`" in err


def test_a_full_disk_is_one_line_and_resumable(capsys, monkeypatch, tmp_path):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "plan.json")

    monkeypatch.setattr("assay.cli.plan.run", full)
    code, err = complaint(capsys, "plan", tmp_path / "study.toml")
    assert code == 1
    assert "the disk is full (plan.json): make room and run the same command again" in err


def test_an_interrupt_ends_with_130(capsys, monkeypatch, tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("assay.cli.plan.run", interrupted)
    code, err = complaint(capsys, "plan", tmp_path / "study.toml")
    assert code == 130
    assert "to resume" in err
