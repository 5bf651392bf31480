"""The texts of the built-in study: which part of which package goes where.

No text is in two places on purpose: what is measured (target, guard) is held out from what is
trained on (replay, sources), and no candidate source holds any part of scipy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from assay.demo.extract import Document, comments, docstrings, topics
from assay.demo.packages import Module, Package, locate, standard_library

__all__ = ["CORPORA", "PACKAGES"]

_TARGET = ("integrate", "interpolate", "optimize", "signal")
"""Sub-packages of scipy that are the target; the rest of scipy is not used."""

_HELD_OUT = ("argparse", "asyncio", "email", "logging", "sqlite3", "statistics", "unittest", "xml")
"""Modules of the standard library that are guard, not replay."""

_HELD_OUT_TOPIC = 5
"""One topic of the language reference in so many is guard, not replay."""

_DESCRIBED = (
    *("fsspec", "huggingface_hub", "jinja2", "mpmath", "networkx", "numpy"),
    *("setuptools", "sympy", "tokenizers", "torch", "transformers"),
)
"""Packages whose long description is guard."""

_COMMENTED = (
    *("filelock", "fsspec", "huggingface_hub", "jinja2", "mpmath", "networkx", "numpy"),
    *("packaging", "setuptools", "sympy", "tokenizers", "torch", "tqdm", "transformers"),
)
"""Packages whose comments are the source ``code-comments``."""

_COPIED = "transformers.models."
"""Modules that are left out: hundreds of model files that repeat the same text, slow to parse."""

PACKAGES = tuple(sorted({*_DESCRIBED, *_COMMENTED, "scipy"}))
"""Every package that is read, beside the standard library."""

_DOCSTRING_CHARACTERS = 200
_COMMENT_CHARACTERS = 100


def _target() -> Iterator[Document]:
    yield from _docs(locate("scipy").modules(*_TARGET))


def _guard() -> Iterator[Document]:
    library = standard_library()
    yield from _docs(library.modules(*_HELD_OUT))
    yield from _every(_topics(library), held_out=True)
    for name in _DESCRIBED:
        text = locate(name).description()
        if text:
            yield Document(f"description:{name}", text)


def _replay() -> Iterator[Document]:
    library = standard_library()
    kept = [m for m in library.modules() if m.name.split(".")[1] not in _HELD_OUT]
    yield from _docs(m for m in kept if not m.name.startswith("python.pydoc_data"))
    yield from _comments(kept)
    yield from _every(_topics(library), held_out=False)


def _numpy_docs() -> Iterator[Document]:
    yield from _docs(locate("numpy").modules())


def _sympy_docs() -> Iterator[Document]:
    yield from _docs(locate("sympy").modules())


def _ml_pool() -> Iterator[Document]:
    for name in ("torch", "transformers"):
        yield from _docs(_modules(name))


def _code_comments() -> Iterator[Document]:
    for name in _COMMENTED:
        yield from _comments(_modules(name))


CORPORA: dict[str, Callable[[], Iterator[Document]]] = {
    "target": _target,
    "guard": _guard,
    "replay": _replay,
    "numpy-docs": _numpy_docs,
    "sympy-docs": _sympy_docs,
    "ml-pool": _ml_pool,
    "code-comments": _code_comments,
}
"""Name of each corpus file, and the documents in it, in a fixed order."""


def _modules(package: str) -> Iterator[Module]:
    return (m for m in locate(package).modules() if not m.name.startswith(_COPIED))


def _docs(modules: Iterable[Module]) -> Iterator[Document]:
    found = (d for m in modules for d in docstrings(m.read(), m.name))
    return (d for d in found if len(d.text) >= _DOCSTRING_CHARACTERS)


def _comments(modules: Iterable[Module]) -> Iterator[Document]:
    found = (d for m in modules for d in comments(m.read(), m.name))
    return (d for d in found if len(d.text) >= _COMMENT_CHARACTERS)


def _topics(library: Package) -> Iterator[Document]:
    for module in library.modules("pydoc_data"):
        if module.name.endswith(".topics"):
            yield from topics(module.read())


def _every(documents: Iterable[Document], *, held_out: bool) -> Iterator[Document]:
    for index, document in enumerate(documents):
        if (index % _HELD_OUT_TOPIC == 0) == held_out:
            yield document
