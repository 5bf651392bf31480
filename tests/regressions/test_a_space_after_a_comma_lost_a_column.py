"""``--x "params, tokens"`` complained that there is no column " tokens"."""

import json

import numpy as np

from assay.cli import main


def test_lists_of_the_command_line_may_have_spaces(capsys, tmp_path, ladder):
    path = tmp_path / "runs.csv"
    rows = np.column_stack([ladder["tokens"], ladder["loss"]])
    np.savetxt(path, rows, delimiter=",", header="d,nll", comments="")
    words = ("--x", " d", "--y", "nll", "--source", "", "--law", "power, rectified")
    assert main(["fit", str(path), *words, "--resamples", "0", "--json"]) == 0
    fit = json.loads(capsys.readouterr().out)["fits"][0]
    assert {member["law"] for member in fit["members"]} <= {"power", "rectified"}
