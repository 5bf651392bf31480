"""The built wheel, and an environment where it is installed with nothing optional."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
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


@dataclass(frozen=True)
class Page:
    """A page of the manual."""

    text: str

    def check_code(self, outside: Outside) -> None:
        """Run the block of Python that is followed by its output, which must be as shown."""
        pattern = r"```python\n(.*?)```\n+```text\n(.*?)```"
        code, shown = re.search(pattern, self.text, re.DOTALL).groups()
        done = outside.run("python", "-c", code)
        assert done.returncode == 0, done.stderr
        assert done.stdout == shown

    def recipe(self) -> str:
        """Return the first block of TOML that is a whole recipe, as JSON."""
        recipe = re.search(r"```toml\n(schema_version.*?)```", self.text, re.DOTALL).group(1)
        return json.dumps(tomllib.loads(recipe))


@dataclass(frozen=True)
class Store:
    """A token store, and the documents that were put into it, each with its separator."""

    folder: Path
    vocab_size: int
    documents: list[list[int]]

    @property
    def tokens(self) -> list[int]:
        """All tokens."""
        return [token for document in self.documents for token in document]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def manual(root: Path) -> Callable[[str], Page]:
    """Read a page of the manual by its name."""
    return lambda name: Page((root / "docs" / name).read_text())


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


@pytest.fixture(scope="session", params=[50_257, 65_536, 70_000])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A token store of three shards: empty documents, separators inside, lengths that matter."""
    vocab_size, separator = request.param, 7
    random = np.random.default_rng(vocab_size)
    lengths = [0, 1, 254, 255, 256, 0, 65_535, 65_536, *random.integers(0, 400, 60), 0]
    documents = [[*random.integers(0, vocab_size, n).tolist(), separator] for n in lengths]
    documents[2][0] = documents[2][5] = separator
    documents[3][0] = vocab_size - 1
    folder = tmp_path_factory.mktemp("stores") / "books"
    _write_store(folder, vocab_size, separator, [documents[:5], documents[5:40], documents[40:]])
    return Store(folder, vocab_size, documents)


@dataclass(frozen=True)
class Mixture:
    """A mixture of one store, whose sequences it draws twice."""

    folder: Path
    sequence_tokens: int
    vocab_size: int


@pytest.fixture(scope="session", params=["concatenate", "best-fit"])
def mixture(request: pytest.FixtureRequest, store: Store, full: Outside) -> Mixture:
    """A mixture that a recipe made."""
    length = 64
    recipe = store.folder.with_name(f"{request.param}.toml")
    recipe.write_text(
        f"schema_version = 1\noutput = 'mixed-{request.param}'\npacking = '{request.param}'\n"
        f"sequence_tokens = {length}\ntokens = {2 * len(store.tokens)}\n"
        f"[[source]]\nstore = '{store.folder.name}'\nweight = 1\n"
    )
    done = full.run("assay", "corpus", "mix", str(recipe))
    assert done.returncode == 0, done.stderr
    return Mixture(recipe.with_name(f"mixed-{request.param}"), length, store.vocab_size)


def _write_store(folder: Path, vocab_size: int, separator: int, parts: list) -> None:
    """Write a token store as its format says."""
    folder.mkdir()
    dtype = "uint16" if vocab_size <= 1 << 16 else "uint32"
    shards = []
    for number, documents in enumerate(parts):
        ends = np.cumsum([len(document) for document in documents])
        files = {
            f"tokens-{number:05}.bin": np.concatenate(documents).astype(dtype),
            f"documents-{number:05}.bin": np.stack([ends, 3 * ends], axis=1).astype("<u8"),
        }
        for name, array in files.items():
            (folder / name).write_bytes(array.tobytes())
        shards.append(
            dict(zip(["tokens_file", "documents_file"], files, strict=True))
            | {"bytes_file": None, "documents": len(documents), "tokens": int(ends[-1])}
            | {"sha256": {k: hashlib.sha256(v.tobytes()).hexdigest() for k, v in files.items()}}
        )
    header = {
        "schema_version": 1,
        "name": folder.name,
        "dtype": dtype,
        "vocab_size": vocab_size,
        "tokenizer_sha256": "ab" * 32,
        "separator_id": separator,
        "documents": sum(shard["documents"] for shard in shards),
        "tokens": sum(shard["tokens"] for shard in shards),
        "text_bytes": sum(3 * shard["tokens"] for shard in shards),
        "shards": shards,
    }
    (folder / "store.json").write_text(json.dumps(header))
