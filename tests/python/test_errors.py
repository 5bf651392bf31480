import errno
import importlib.machinery
import pickle
import re

import pytest

import assay
from assay import _core, cli, corpus, errors
from assay.errors import AssayError, DataError, FitError, MissingExtra, RecipeError, StudyError

RECIPE = {
    "schema_version": 1,
    "output": "out",
    "decisions": True,
    "source": [{"name": "web", "path": "web.jsonl"}],
}


def test_a_missing_part_is_named_with_the_way_to_get_it(monkeypatch):
    found = importlib.machinery.ModuleSpec("jinja2", None)
    monkeypatch.setattr(errors, "find_spec", lambda name: found if name == "jinja2" else None)
    with pytest.raises(MissingExtra, match=r'the report needs .*pip install "WHEEL\[report\]"'):
        MissingExtra.check("report", "the report")
    monkeypatch.setattr(errors, "find_spec", lambda _: found)
    MissingExtra.check("report", "the report")


def test_every_error_has_a_documented_exit_code():
    codes = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, AssayError)
    }
    assert codes == {1, 2, 3, 4}
    assert FitError.exit_code == DataError.exit_code == 3


def test_every_error_can_be_caught_from_the_package_itself():
    assert set(errors.__all__) <= set(assay.__all__)
    assert assay.RecipeError is RecipeError


def test_the_help_lists_the_exit_codes_there_are(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    _, codes = capsys.readouterr().out.split("exit codes:\n")
    listed = [int(code) for code in re.findall(r"^  (\d+) ", codes, re.MULTILINE)]
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    raised = {error.exit_code for error in classes if issubclass(error, AssayError)}
    assert listed == sorted({0, 130} | raised)


def test_every_kind_of_error_of_the_engine_has_a_class():
    engine = ["RecipeError", "DataError", "AssayError"]
    assert _core.error_kinds() == [*engine, "KeyboardInterrupt"]
    assert all(issubclass(getattr(errors, name), AssayError) for name in engine)


def test_a_wrong_recipe_is_a_recipe_error(tmp_path):
    with pytest.raises(RecipeError, match="unknown field `outputs`") as raised:
        corpus.prepare({**RECIPE, "outputs": "out"}, tmp_path, progress=False)
    assert isinstance(raised.value, StudyError)
    assert raised.value.exit_code == 2


def test_a_missing_input_is_a_file_that_is_not_found(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"web\.jsonl: no such file or folder") as raised:
        corpus.prepare(RECIPE, tmp_path, progress=False)
    assert isinstance(raised.value, DataError)
    assert raised.value.exit_code == 3
    assert str(raised.value).count("\n") == 0


def test_a_list_that_is_not_there_is_not_found_either(tmp_path):
    rule = {"rule": "url-list", "domains": "hosts.txt"}
    with pytest.raises(FileNotFoundError, match=r"hosts\.txt.*cannot be read") as raised:
        corpus.Stages(filters=[rule], base=tmp_path)
    assert isinstance(raised.value, RecipeError)


def test_a_refused_write_is_the_os_error_of_its_reason(tmp_path):
    (tmp_path / "web.jsonl").write_text('{"text": "a text"}\n')
    source = {"name": "n" * 300, "path": "web.jsonl"}
    with pytest.raises(OSError, match="cannot be written") as raised:
        corpus.prepare({**RECIPE, "source": [source]}, tmp_path, progress=False)
    assert isinstance(raised.value, AssayError)
    assert raised.value.errno == errno.ENAMETOOLONG
    assert raised.value.exit_code == 1
    assert type(raised.value).__name__ == "AssayError"


def test_an_error_of_the_system_goes_from_process_to_process():
    error = errors.by_system(DataError, PermissionError, errno.EACCES, "a.jsonl: refused")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert isinstance(copy, DataError)
    assert isinstance(copy, PermissionError)
    assert (str(copy), copy.errno, copy.exit_code) == ("a.jsonl: refused", errno.EACCES, 3)
    without = errors.by_system(DataError, FileNotFoundError, None, "gone")
    assert (str(without), without.errno) == ("gone", None)
