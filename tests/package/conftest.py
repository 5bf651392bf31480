"""The built wheel, and an environment where it is installed with nothing optional."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outside:
    """Runs programs of an environment in a folder outside the repository."""

    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program and return what it printed and how it ended."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel that `cargo x build` made."""
    named = os.environ.get("ASSAY_WHEEL")
    wheels = [Path(named)] if named else sorted((ROOT / "target" / "wheels").glob("*.whl"))
    assert len(wheels) == 1, f"one wheel expected, found {wheels}: run `cargo x build`"
    return wheels[0]


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """The environment that runs the tests, where everything optional is installed."""
    return Outside(Path(sys.executable).parent, tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="session")
def core(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """A new environment that holds the wheel and what it cannot do without."""
    folder = tmp_path_factory.mktemp("core")
    subprocess.check_call([sys.executable, "-m", "venv", folder / "venv"])
    programs = folder / "venv" / "bin"
    subprocess.check_call([programs / "python", "-m", "pip", "install", "--quiet", wheel])
    return Outside(programs, folder)
