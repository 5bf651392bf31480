import importlib.machinery

import pytest

from assay import errors
from assay.errors import AssayError, MissingExtra


def test_a_missing_part_is_named_with_the_way_to_get_it(monkeypatch):
    found = importlib.machinery.ModuleSpec("jinja2", None)
    monkeypatch.setattr(errors, "find_spec", lambda name: found if name == "jinja2" else None)
    with pytest.raises(MissingExtra, match=r'the report needs .*pip install "assay\[report\]"'):
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
