import pytest

from assay.errors import DataError
from assay.files import read_json, write_atomic, write_json


def test_a_missing_or_damaged_file_says_what_to_run(tmp_path):
    path = tmp_path / "plan.json"
    with pytest.raises(DataError, match="run `assay plan` first"):
        read_json(path, "assay plan")
    path.write_text("{")
    with pytest.raises(DataError, match="is not JSON"):
        read_json(path, "assay plan")
    path.write_text('{"schema_version": 99}')
    with pytest.raises(DataError, match="schema version 99"):
        read_json(path, "assay plan")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        write_atomic(path, b"half")
    assert read_json(path, "test") == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]
