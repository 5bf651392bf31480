"""What is in the wheel and in the source archive: all of the package, and nothing else."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from configparser import ConfigParser
from email import message_from_string
from pathlib import Path

import pytest

MUST_HAVE = [
    "assay/_core.pyi",
    "assay/demo/study.toml",
    "assay/kernels/linear_token_loss/triton_impl.py",
    "assay/py.typed",
    "assay/schema/recipe.json",
]


def package_files(root: Path) -> set[str]:
    """Files of the package as they stand in the repository, under the names they install as."""
    package = root / "python" / "assay"
    files = {f for f in package.rglob("*") if f.is_file() and f.suffix not in {".pyc", ".so"}}
    kernels = root / "kernels"
    return {f"assay/{f.relative_to(package).as_posix()}" for f in files} | {
        f"assay/kernels/{f.relative_to(kernels).as_posix()}" for f in kernels.glob("*/*.py")
    }


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return message_from_string(archive.read(name).decode())


def test_wheel_holds_the_package_the_kernels_and_the_extension(root, names):
    installed = {name for name in names if name.startswith("assay/")}
    assert installed - package_files(root) == {"assay/_core.abi3.so"}
    assert package_files(root) - installed == set()
    assert installed.issuperset(MUST_HAVE)


def test_every_kernel_is_linked_into_the_package(root):
    folders = {f.parent.name for f in (root / "kernels").glob("*/__init__.py")}
    linked = root / "python" / "assay" / "kernels"
    assert folders == {f.name for f in linked.iterdir() if f.is_symlink()}
    assert all((linked / name).resolve() == root / "kernels" / name for name in folders)


def test_wheel_has_no_check_of_the_kernels(names):
    kernels = {name for name in names if name.startswith("assay/kernels/")}
    assert kernels
    for word in ("check", "rivals", "timing", "tune"):
        assert not any(word in name for name in kernels), word


def test_wheel_installs_one_package(names):
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"assay"}
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)


def test_wheel_has_the_console_script(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        parser = ConfigParser()
        parser.read_string(archive.read(name).decode())
    assert dict(parser["console_scripts"]) == {"assay": "assay.cli:main"}


def test_wheel_serves_every_supported_python(wheel, metadata):
    assert "-cp311-abi3-" in wheel.name
    assert metadata["Requires-Python"] == ">=3.11"


def test_core_requirements_are_few(metadata):
    requirements = metadata.get_all("Requires-Dist", [])
    core = {name.partition(">")[0] for name in requirements if "extra ==" not in name}
    assert core == {"numpy", "scipy", "pyarrow", "pydantic"}
    assert set(metadata.get_all("Provides-Extra", [])) == {
        "train",
        "report",
        "hf",
        "ray",
        "spark",
        "dev",
    }


def test_versions_agree(root, metadata):
    cargo = tomllib.loads((root / "Cargo.toml").read_text())
    assert metadata["Version"] == cargo["workspace"]["package"]["version"]
    changes = (root / "CHANGELOG.md").read_text()
    assert f"## {metadata['Version']}" in changes


def test_source_archive_can_be_built_from(root, tmp_path):
    maturin = Path(sys.executable).parent / "maturin"
    subprocess.check_output([maturin, "sdist", "--out", tmp_path], cwd=root)
    (file,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        members = {name.partition("/")[2] for name in archive.getnames()}
    package = {f"python/{name}" for name in package_files(root)}
    assert package - members == set()
    for needed in ["Cargo.lock", "LICENSE", "pyproject.toml", "rust/py/Cargo.toml"]:
        assert needed in members
