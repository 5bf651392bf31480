"""Packages are found and read on disk, and never imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assay.demo.packages import locate, standard_library
from assay.errors import MissingExtra


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Install a package whose every module raises when it is imported."""
    root = tmp_path / "assay_trap"
    for name in ("__init__.py", "b/__init__.py", "b/deep.py", "a.py", "tests/test_it.py"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit('imported')\n")
    (root / "a.py").write_bytes(b"# caf\xe9\n")
    info = tmp_path / "assay_trap-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: assay_trap\nVersion: 1.2\n\nHi.\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "assay_trap"


def test_modules_are_sorted_without_tests(trap: str) -> None:
    package = locate(trap)
    names = [module.name for module in package.modules()]
    assert names == ["assay_trap", "assay_trap.a", "assay_trap.b", "assay_trap.b.deep"]
    assert [m.name for m in package.modules("b")] == ["assay_trap.b", "assay_trap.b.deep"]


def test_nothing_is_imported(trap: str) -> None:
    package = locate(trap)
    assert "imported" in next(package.modules()).read()
    assert trap not in sys.modules


def test_version_description_and_bad_bytes(trap: str) -> None:
    package = locate(trap)
    assert package.version == "1.2"
    assert package.description() == "Hi."
    assert next(package.modules("a")).read() == "# caf\ufffd\n"


def test_a_missing_package_names_the_extra() -> None:
    with pytest.raises(MissingExtra, match=r"WHEEL\[train\]") as caught:
        locate("assay_not_installed")
    assert "assay_not_installed" in str(caught.value)


def test_the_standard_library_has_topics() -> None:
    names = {module.name for module in standard_library().modules("pydoc_data", "json")}
    assert {"python.pydoc_data.topics", "python.json.decoder"} <= names
