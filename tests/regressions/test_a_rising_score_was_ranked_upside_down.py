"""0.70 against 0.50 accuracy was fitted as a loss: the worse source was bought without a word."""

import numpy as np
import pytest

import assay
from assay.cli import main

TOKENS = 1e6 * 2.0 ** np.arange(6)
SCORES = {"good": 0.70, "poor": 0.50}


@pytest.fixture
def table():
    rows = [
        (name, t, end - 0.2 * (t / 1e6) ** -0.5) for name, end in SCORES.items() for t in TOKENS
    ]
    return dict(
        zip(("source", "tokens", "accuracy"), map(list, zip(*rows, strict=True)), strict=True)
    )


def test_it_is_refused_until_the_direction_is_said(table):
    for verb in (assay.fit, assay.backtest):
        with pytest.raises(assay.FitError, match="higher_is_better=True"):
            verb(table, y="accuracy")


def test_the_better_source_is_bought(table):
    fits = assay.fit(table, y="accuracy", higher_is_better=True, resamples=100)
    compared = assay.compare(fits, at=1e8)
    assert (compared.verdict.kind, compared.verdict.source) == ("buy", "good")
    assert compared.ranking == ("good", "poor")
    assert "1 - accuracy at 1e+08 tokens (95% interval):" in str(compared)
    assert compared.difference("good", "poor").value == pytest.approx(0.20, abs=0.01)


def test_the_back_test_orders_them_rightly(table):
    [pair] = assay.backtest(table, y="accuracy", higher_is_better=True, resamples=50).pairs
    assert (pair.a, pair.b) == ("good", "poor")
    assert pair.observed == pytest.approx(0.20, abs=1e-6), "the poor source misses more"
    assert pair.law_right


def test_the_command_line_says_it_too(table, tmp_path, capsys):
    lines = [
        ",".join(table),
        *(",".join(map(str, row)) for row in zip(*table.values(), strict=True)),
    ]
    path = tmp_path / "runs.csv"
    path.write_text("\n".join(lines))
    assert main(["compare", str(path), "--y", "accuracy"]) != 0
    assert "--higher-is-better" in capsys.readouterr().err
    arguments = [str(path), "--y", "accuracy", "--higher-is-better", "--resamples", "50"]
    assert main(["compare", *arguments]) == 0
    assert "buy good" in capsys.readouterr().out
