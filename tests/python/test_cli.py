import errno
import json

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
        assert f"\n    {verb.__name__.rsplit('.', 1)[-1]} " in out
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


def test_a_missing_study_is_bad_data(capsys, tmp_path):
    code, err = complaint(capsys, "run", tmp_path / "no.toml")
    assert code == 3
    assert "no.toml does not exist" in err


def test_a_misspelt_key_is_a_usage_error(capsys, tmp_path, small_study):
    study = tmp_path / "study.toml"
    study.write_text(small_study.replace("budget", "budgte"))
    code, err = complaint(capsys, "run", study)
    assert code == 2
    assert 'unknown key "study.budgte" (did you mean "budget"?)' in err


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


def table(path, **columns):
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    text = "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)])
    path.write_text(text + "\n")
    return path


def test_fit_reads_a_table_and_prints_json(capsys, tmp_path):
    tokens = np.array([1e6, 2e6, 4e6, 8e6, 16e6, 32e6])
    loss = 2.0 + 40.0 * tokens**-0.3
    runs = table(tmp_path / "runs.csv", source=["a"] * 6, tokens=tokens, loss=loss)
    code, out, _ = run(capsys, "fit", runs, "--law", "power", "--resamples", "0", "--json")
    assert code == 0
    assert "NaN" not in out
    assert json.dumps(json.loads(out))
    assert "0.3" in out[:100_000]


def test_fit_names_a_column_that_is_not_there(capsys, tmp_path):
    runs = table(tmp_path / "runs.csv", source=["a"] * 3, tokens=[1e6, 2e6, 4e6], loss=[3, 2, 1])
    code, err = complaint(capsys, "fit", runs, "--x", "tokns")
    assert code == 3
    assert "tokns" in err
    assert "tokens" in err


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
